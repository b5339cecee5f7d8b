import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server on Java's own TLS (JSSE): java JavaServer.java PORT KEY-STORE PASSWORD VERSION,... SUITE,... PROTOCOL,... */
public class JavaServer {
    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream(args[1])) {
            store.load(file, args[2].toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, args[2].toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(
            Integer.parseInt(args[0]), 100, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setProtocols(args[3].split(","));
        parameters.setCipherSuites(args[4].split(","));
        parameters.setApplicationProtocols(args[5].split(","));
        parameters.setUseCipherSuitesOrder(true);
        server.setSSLParameters(parameters);
        while (true) {
            SSLSocket socket = (SSLSocket) server.accept();
            new Thread(() -> {
                try (socket) {
                    socket.startHandshake();
                    while (socket.getInputStream().read() >= 0) {
                        // until the other side has nothing more to say
                    }
                } catch (Exception e) {
                    // the next one, please
                }
            }).start();
        }
    }
}
