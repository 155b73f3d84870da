// Starts DynamoDB Local like its own command line, but on the loopback address only. It has no option for that.
import java.util.Set;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;

public class DynamoDbOnLoopback {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

  public static void main(String[] args) throws Exception {
    var proxy = ServerRunner.createServerFromCommandLineArgs(args);
    var server = proxy.getClass().getDeclaredField("server");
    server.setAccessible(true);
    for (var each : ((Server) server.get(proxy)).getConnectors()) {
      var connector = (ServerConnector) each;
      connector.setHost("127.0.0.1");
      var http = connector.getConnectionFactory(HttpConfiguration.ConnectionFactory.class);
      http.getHttpConfiguration().addCustomizer((request, answer) -> requireLoopbackName(request));
    }
    proxy.start();
    proxy.join();
  }

  /** Prevents DNS rebinding: a web page whose host name resolves to this address sends its own name. */
  private static Request requireLoopbackName(Request request) {
    if (NAMES.contains(Request.getServerName(request).toLowerCase())) return request;
    throw new HttpException.RuntimeException(403, "DynamoDB Local answers to loopback names only.");
  }
}
