package qqbridge.clients;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends one request with the JDK's HttpClient as it comes: it offers to go on in HTTP/2 (Upgrade: h2c). Arguments: the URL, the body
 * or an empty text for GET, and the headers, each a name and a value. Prints the status and the body.
 */
public final class JdkHttp {
    private JdkHttp() {}

    public static void main(String[] args) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(args[0]));
        if (args[1].isEmpty()) {
            request.GET();
        } else {
            request.POST(BodyPublishers.ofString(args[1]));
        }
        List<String> headers = new ArrayList<>(List.of(args).subList(2, args.length));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        Lines.say("answer", "status", answer.statusCode(), "body", answer.body(), "version", answer.version().name());
    }
}
