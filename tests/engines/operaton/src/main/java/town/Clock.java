package town;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.OffsetDateTime;
import java.util.Date;
import org.operaton.bpm.engine.ManagementService;
import org.operaton.bpm.engine.impl.jobexecutor.JobExecutor;
import org.operaton.bpm.engine.impl.util.ClockUtil;
import org.operaton.bpm.engine.runtime.Job;
import org.springframework.stereotype.Component;

/** The engine's time in the hands of a story. While it is held it stands still, and no timer goes off by itself. */
@Component
@Path("/clock")
public class Clock {

  private final ManagementService management;
  private final JobExecutor executor;

  public Clock(ManagementService management, JobExecutor executor) {
    this.management = management;
    this.executor = executor;
  }

  /** It is this time, and every timer that is due by then has gone off, the earliest first. */
  @PUT
  @Path("/{now}")
  public synchronized void hold(@PathParam("now") String now) {
    executor.shutdown();
    ClockUtil.setCurrentTime(Date.from(OffsetDateTime.parse(now).toInstant()));
    for (Job job = next(); job != null; job = next()) {
      management.executeJob(job.getId());
    }
  }

  /** It is the time of the machine again, and timers go off by themselves. */
  @DELETE
  public synchronized void release() {
    ClockUtil.reset();
    executor.start();
  }

  private Job next() {
    var due = management.createJobQuery().timers().executable().orderByJobDuedate().asc().listPage(0, 1);
    return due.isEmpty() ? null : due.get(0);
  }
}
