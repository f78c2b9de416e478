package town;

import org.operaton.bpm.spring.boot.starter.rest.OperatonJerseyResourceConfig;
import org.springframework.stereotype.Component;

/** What the engine answers to: its own paths, and beside them its clock. */
@Component
public class Rest extends OperatonJerseyResourceConfig {

  @Override
  protected void registerAdditionalResources() {
    register(Clock.class);
  }
}
