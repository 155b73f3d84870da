// Starts DynamoDB Local as its own command line does, but listening on 127.0.0.1 only: it has no option for that.
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;

public class DynamoDbOnLoopback {
  public static void main(String[] args) throws Exception {
    var proxy = ServerRunner.createServerFromCommandLineArgs(args);
    var server = proxy.getClass().getDeclaredField("server");
    server.setAccessible(true);
    for (var connector : ((Server) server.get(proxy)).getConnectors()) {
      ((ServerConnector) connector).setHost("127.0.0.1");
    }
    proxy.start();
    var folder = System.getProperty("loopback.classes");
    if (folder != null) keepClass(Path.of(folder));
    proxy.join();
  }

  /** This file was compiled in memory, which takes a second: later starts find the class in the folder. */
  private static void keepClass(Path folder) {
    var name = "DynamoDbOnLoopback.class";
    try (var compiled = DynamoDbOnLoopback.class.getResourceAsStream(name)) {
      if (compiled == null) return;
      Files.createDirectories(folder);
      var draft = Files.createTempFile(folder, "draft", null);
      Files.copy(compiled, draft, StandardCopyOption.REPLACE_EXISTING);
      Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException cannotBeWritten) {
      // Then the next start compiles again.
    }
  }
}
