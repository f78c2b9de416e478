package town;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The engine and its REST API, set up by application.yml. */
@SpringBootApplication
public class Engine {

  public static void main(String[] words) {
    SpringApplication.run(Engine.class, words);
  }
}
