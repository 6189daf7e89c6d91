import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Tags a follower of a running sandbox again and again, with the JDK's HTTP client in its default settings.
 *
 * <p>Run it as {@code java JavaClient.java BASE_URL COUNT [CA_PEM]}. By default the client prefers HTTP/2: over
 * http it asks for an upgrade to h2c, over https it offers h2 by ALPN.
 */
public final class JavaClient {
    private static final String APP_ID = "wx5ad0c4e6b81f2793";
    private static final String SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private static final String BODY = "{\"openid_list\":[\"ocYxcuAEy30bX0NXmGn4ypqx3tI0\"],\"tagid\":134}";
    private static final String OK = "{\"errcode\":0,\"errmsg\":\"ok\"}";
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    public static void main(String[] arguments) {
        if (arguments.length < 2 || arguments.length > 3) fail("usage: java JavaClient.java BASE_URL COUNT [CA_PEM]");
        String base = arguments[0];
        int count = Integer.parseInt(arguments[1]);
        String step = "the token";
        try {
            HttpClient client = arguments.length == 3 ? clientTrusting(arguments[2]) : HttpClient.newHttpClient();
            String token = fetchToken(client, base);
            for (int number = 1; number <= count; number++) {
                step = "call " + number + " of " + count;
                String answer = send(client, tagging(base, token));
                if (!answer.equals(OK)) fail(step + " was answered " + answer);
            }
        } catch (Exception error) {
            fail(step + ": " + error);
        }
        System.out.println(count + " calls, 0 failed");
        System.exit(0);
    }

    /** Returns a client with default settings that trusts the authority in the file {@code pem}, and no other. */
    private static HttpClient clientTrusting(String pem) throws Exception {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        try (InputStream file = new FileInputStream(pem)) {
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                authorities.setCertificateEntry("authority-" + number++, authority);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    /** Fetches an access token of the sandbox's demo account. */
    private static String fetchToken(HttpClient client, String base) throws Exception {
        String path = "/cgi-bin/token?grant_type=client_credential&appid=" + APP_ID + "&secret=" + SECRET;
        String answer = send(client, request(base + path).GET().build());
        Matcher token = TOKEN.matcher(answer);
        if (!token.find()) fail("the token was answered " + answer);
        return token.group(1);
    }

    /** Builds one batchtagging call. */
    private static HttpRequest tagging(String base, String token) {
        String path = "/cgi-bin/tags/members/batchtagging?access_token=" + token;
        return request(base + path).POST(HttpRequest.BodyPublishers.ofString(BODY)).build();
    }

    /** Begins a request that fails after 10 s. */
    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
    }

    /** Sends {@code request} and returns the body of the answer, after the status if the status is not 200. */
    private static String send(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200 ? answer.body() : answer.statusCode() + " " + answer.body();
    }

    /** Prints {@code reason} and ends the program with exit code 1, without waiting for the client's threads. */
    private static void fail(String reason) {
        System.err.println("JavaClient: " + reason);
        System.exit(1);
    }
}
