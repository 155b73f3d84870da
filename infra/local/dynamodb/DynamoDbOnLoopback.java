// Starts DynamoDB Local like its own command line, but on the loopback address only, and prunes its stream. It has no
// options for that.
import com.almworks.sqlite4java.SQLiteQueue;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;

public class DynamoDbOnLoopback {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]", "::1");
  /** Names the file of `DeleteProcessedRecords`. Without it nothing is pruned. */
  private static final String PROCESSED = System.getProperty("runbooks.processed");

  public static void main(String[] args) throws Exception {
    var proxy = ServerRunner.createServerFromCommandLineArgs(args);
    for (var each : ((Server) field(proxy, "server")).getConnectors()) {
      var connector = (ServerConnector) each;
      connector.setHost("127.0.0.1");
      var http = connector.getConnectionFactory(HttpConfiguration.ConnectionFactory.class);
      http.getHttpConfiguration().addCustomizer((request, answer) -> requireLoopbackName(request));
    }
    if (PROCESSED != null) {
      prune(queueOf(proxy), Path.of(PROCESSED));
      finishBeforeEnd(queueOf(proxy));
    }
    proxy.start();
    proxy.join();
  }

  /** Prevents DNS rebinding: a web page whose host name resolves to this address sends its own name. */
  private static Request requireLoopbackName(Request request) {
    if (NAMES.contains(Request.getServerName(request).toLowerCase())) return request;
    throw new HttpException.RuntimeException(403, "DynamoDB Local answers to loopback names only.");
  }

  /** Another connection would wait for a lock that DynamoDB Local holds most of the time, and could make it wait. */
  private static void prune(SQLiteQueue queue, Path file) {
    Executors.newSingleThreadScheduledExecutor()
        .scheduleWithFixedDelay(
            () -> queue.execute(new DeleteProcessedRecords(file)), 1, 1, TimeUnit.SECONDS);
  }

  /** DynamoDB Local answers before it commits. A process that ended in between would lose a write that it had confirmed. */
  private static void finishBeforeEnd(SQLiteQueue queue) {
    var finish =
        new Thread(
            () -> {
              try {
                queue.stop(true).join();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(finish);
  }

  /** The queue of the one database of `-sharedDb`: all of its work is done there, one job after the other. */
  private static SQLiteQueue queueOf(Object proxy) throws Exception {
    var requests = field(field(proxy, "serverHandler"), "primaryHandler");
    var open = requests.getClass().getDeclaredMethod("getHandler", String.class);
    open.setAccessible(true);
    return (SQLiteQueue) field(field(open.invoke(requests, "shared"), "dbAccess"), "queue");
  }

  private static Object field(Object owner, String name) throws Exception {
    for (Class<?> at = owner.getClass(); at != null; at = at.getSuperclass()) {
      for (var each : at.getDeclaredFields()) {
        if (!each.getName().equals(name)) continue;
        each.setAccessible(true);
        return each.get(owner);
      }
    }
    throw new NoSuchFieldException(owner.getClass().getName() + "." + name);
  }
}
