import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import TagStoreConformance
import TaglineServer
import Testing

@testable import tagline

/// Tests how the commands reach the API: through a proxy, with a certificate authority that the user names, and with a
/// token from a file, a variable or a command. Also tests the messages of a command that does not reach the API.
@Suite struct ConnectionTests {
    private static let repository = Program.repository.path
    /// A line of shell that tags each follower in the file `followers`. The account and the address of the API come
    /// from the environment.
    private static let tag =
        "'\(Program.path)' tag --tag 134 --file followers --progress none --run-file run-$RANDOM --rejects rejects-$RANDOM"

    /// Runs lines of shell while a sandbox runs. `$HTTP`, `$HTTPS` and `$ADMIN` are addresses of the sandbox, and `$CA`
    /// is the file of its certificate authority. The file `followers` names one follower.
    private func beside(
        _ lines: String, _ check: @escaping @Sendable (String) throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try Data("ocYxcuAEy30bX0NXmGn4ypqx3tI0\n".utf8).write(to: URL(filePath: directory + "/followers"))
            try await withLiveSandbox { server in
                let output = try await shell(
                    "cd '\(directory)'; export TAGLINE_APP_ID='\(DemoWorld.service.appID)' "
                        + "TAGLINE_APP_SECRET='\(DemoWorld.service.secret)'; HTTP='\(server.addresses.http)' "
                        + "HTTPS='\(server.addresses.https)' CA='\(server.addresses.ca)' ADMIN='\(server.addresses.admin)'; "
                        + "proxy() { python3 '\(Self.repository)/Tests/TaglineTests/proxy.py' \"$@\" > proxy.log & PROXY=$!; "
                        + "until PORT=$(head -n 1 proxy.log 2>/dev/null) && [ -n \"$PORT\" ]; do :; done; }; "
                        + "trap 'kill $PROXY 2>/dev/null' EXIT; unset HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY; "
                        + lines)
                try check(output)
            }
        }
    }

    @Test func `calls go through the proxy that the environment or the option names`() async throws {
        try await beside(
            """
            proxy user:word; unset SSL_CERT_FILE SSL_CERT_DIR; FAR=${HTTPS/localhost/api.weixin.qq.com}
            HTTPS_PROXY=http://user:word@127.0.0.1:$PORT TAGLINE_BASE_URL=$FAR \(Self.tag) --ca $CA 2>&1; echo "env $?"
            TAGLINE_BASE_URL=$HTTPS \(Self.tag) --ca $CA --proxy http://user:word@127.0.0.1:$PORT 2>&1; echo "option $?"
            wc -l < proxy.log
            HTTPS_PROXY=http://user:word@127.0.0.1:$PORT TAGLINE_BASE_URL=$HTTPS \(Self.tag) --ca $CA 2>&1; echo "local $?"
            HTTPS_PROXY=http://user:word@127.0.0.1:$PORT NO_PROXY=.invalid TAGLINE_BASE_URL=https://far.invalid \(Self.tag) 2>&1
            echo "exception $?"; wc -l < proxy.log
            HTTPS_PROXY=http://user:wrong@127.0.0.1:$PORT TAGLINE_BASE_URL=$FAR \(Self.tag) --ca $CA 2>&1; echo "wrong $?"
            cat proxy.log
            """
        ) { output in
            for expected in [
                "env 0", "option 0", "local 0", "exception 1", "the host name was not found", "wrong 1",
                "asks for a user name and a password",
            ] {
                #expect(output.contains(expected), "\(output)")
            }
            let counts = output.split(separator: "\n").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
            #expect(counts.count >= 2 && counts[0] > 2 && counts[0] == counts[1], "\(output)")
            #expect(output.contains(/CONNECT api\.weixin\.qq\.com:[0-9]+ authorized/), "\(output)")
            #expect(output.contains(/CONNECT localhost:[0-9]+ authorized/), "\(output)")
            #expect(!output.contains("user:wrong"), "\(output)")
        }
    }

    @Test func `the command trusts certificates that the environment names, and reports why a connection failed`()
        async throws
    {
        try await beside(
            """
            export SSL_CERT_FILE=$CA; unset SSL_CERT_DIR
            TAGLINE_BASE_URL=$HTTPS \(Self.tag) 2>&1; echo "trusted $?"
            mkdir certs; cp $CA certs/; unset SSL_CERT_FILE
            SSL_CERT_DIR=certs TAGLINE_BASE_URL=$HTTPS \(Self.tag) 2>&1; echo "directory $?"
            SSL_CERT_FILE=followers TAGLINE_BASE_URL=$HTTPS \(Self.tag) 2>&1; echo "none $?"
            TAGLINE_BASE_URL=$HTTPS \(Self.tag) 2>&1; echo "untrusted $?"
            TAGLINE_BASE_URL=${HTTPS/localhost/127.0.0.2} \(Self.tag) --ca $CA 2>&1; echo "other $?"
            TAGLINE_BASE_URL=${HTTP/http:/https:} \(Self.tag) --ca $CA 2>&1; echo "plain $?"
            TAGLINE_BASE_URL=http://nowhere.invalid \(Self.tag) 2>&1; echo "name $?"
            TAGLINE_BASE_URL=http://127.0.0.1:1 \(Self.tag) 2>&1; echo "refused $?"
            """
        ) { output in
            for expected in [
                "trusted 0", "directory 0", "none 64", "untrusted 1", "certificate is not trusted",
                "does not speak TLS on that port",
                "the host name was not found", "the connection was refused", "refused 1",
            ] {
                #expect(output.contains(expected), "\(expected): \(output)")
            }
        }
    }

    @Test func `the command uses a token from a file, a variable or a command, and reports a token that does not work`()
        async throws
    {
        try await beside(
            """
            export TAGLINE_BASE_URL=$HTTP
            fetch() { curl -s "$HTTP/cgi-bin/token?grant_type=client_credential&appid=$TAGLINE_APP_ID&secret=$1" | cut -d'"' -f4; }
            S=$TAGLINE_APP_SECRET; unset TAGLINE_APP_SECRET
            fetch $S > token; \(Self.tag) --access-token-file token 2>&1; echo "file $?"
            TAGLINE_ACCESS_TOKEN=" $(cat token)
            " \(Self.tag) 2>&1; echo "environment $?"
            fetch $S > token; \(Self.tag) --token-command 'echo run >> runs; cat token' 2>&1; echo "command $?"; wc -l < runs
            \(Self.tag) --token-command 'echo dead' 2>&1; echo "dead $?"
            \(Self.tag) --token-command 'exit 3' 2>&1; echo "broken $?"
            TAGLINE_ACCESS_TOKEN=dead \(Self.tag) 2>&1; echo "fixed $?"
            \(Self.tag) --secret-file <(echo $S) 2>&1; echo "pipe $?"
            TAGLINE_APP_SECRET="$S"$'\\r\\n' \(Self.tag) 2>&1; echo "trimmed $?"
            TAGLINE_BASE_URL= \(Self.tag) 2>&1; echo "empty $?"
            TAGLINE_ADMIN_URL=' ' '\(Program.path)' accounts list 2>&1; echo "admin $?"
            \(Self.tag) --base-url http//127.0.0.1:1 2>&1; echo "colon $?"
            '\(Program.path)' accounts list --admin-url http://me:hidden@127.0.0.1 2>&1; echo "user $?"
            \(Self.tag) --base-url http://127.0.0.1:99999 2>&1; echo "port $?"
            """
        ) { output in
            for expected in [
                "file 0", "environment 0", "command 0", "dead 1", "the same one was supplied again", "broken 1",
                "ended with code 3",
                "admin 64", "unset it to call http://127.0.0.1:8090", "colon 64", "user 64",
                "must not have a user name or a password",
                "fixed 1", "give another one", "pipe 0", "trimmed 0", "empty 64", "unset it to call WeChat", "port 64",
                "no port from 1 to 65535",
            ] {
                #expect(output.contains(expected), "\(expected): \(output)")
            }
            #expect(!output.contains("hidden"), "\(output)")
        }
    }

    /// Lines of shell that make a certificate authority in `own.pem` and serve HTTPS on the port `$TLS`. The
    /// certificate of the server names only IP addresses. The server answers every request with 40013, and writes the
    /// path of the request to `requests`.
    private static let addressesOnly = """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=own -keyout own.key \
        -out own.pem 2>/dev/null
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout leaf.key -out leaf.csr \
        2>/dev/null
        echo subjectAltName=IP:127.0.0.1,IP:10.9.8.7 > leaf.ext
        openssl x509 -req -in leaf.csr -CA own.pem -CAkey own.key -CAcreateserial -days 30 -extfile leaf.ext \
        -out leaf.pem 2>/dev/null
        cat > tls.py <<'END'
        import http.server, ssl
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with open("requests", "a") as log:
                    log.write(self.path + "\\n")
                body = b'{"errcode":40013,"errmsg":"invalid appid"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_POST = do_GET
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("leaf.pem", "leaf.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_port, flush=True)
        server.serve_forever()
        END
        touch requests; python3 tls.py > tls.log 2>/dev/null & SERVER=$!; trap 'kill $PROXY $SERVER 2>/dev/null' EXIT
        until TLS=$(head -n 1 tls.log 2>/dev/null) && [ -n "$TLS" ]; do :; done
        """

    @Test func `a certificate for IP addresses is not valid for a host name or another address`() async throws {
        let quota = "'\(Program.path)' quota --ca own.pem"
        try await beside(
            """
            \(Self.addressesOnly)
            proxy; THROUGH="--proxy http://127.0.0.1:$PORT"
            \(quota) --base-url https://localhost:$TLS 2>&1; echo "name $?"
            \(quota) --base-url https://api.weixin.qq.com:$TLS $THROUGH 2>&1; echo "proxied $?"
            \(quota) --base-url https://10.9.8.8:$TLS $THROUGH 2>&1; echo "address $?"
            '\(Program.path)' healthcheck --url https://localhost:$TLS 2>&1; echo "health $?"
            echo "requests: $(wc -l < requests)"
            \(quota) --base-url https://127.0.0.1:$TLS 2>&1; echo "own $?"
            \(quota) --base-url https://10.9.8.7:$TLS $THROUGH 2>&1; echo "own proxied $?"
            """
        ) { output in
            let lines = output.split(separator: "\n").map(String.init)
            for label in ["name 1", "proxied 1", "address 1"] {
                let place = try #require(lines.firstIndex(of: label), "\(label): \(output)")
                let says = "certificate is for another name"
                #expect(place > 0 && lines[place - 1].contains(says), "\(label): \(output)")
            }
            #expect(output.contains(/requests: *0\n/), "no request was sent: \(output)")
            for label in ["own 1", "own proxied 1"] {
                let place = try #require(lines.firstIndex(of: label), "\(label): \(output)")
                #expect(place > 0 && lines[place - 1].contains("40013"), "\(label): \(output)")
            }
        }
    }

    @Test func `a run asks a token command once for a new token, and not again after the command fails`() async throws {
        try await BadServer.with({ line, _, _ in
            if line.contains("/tags/get?") { return .text(#"{"tags":[{"id":134,"name":"vip","count":0}]}"#) }
            if line.contains("quota/get") {
                return .text(#"{"errcode":0,"quota":{"daily_limit":100000,"used":0,"remain":100000}}"#)
            }
            return .text(#"{"errcode":42001,"errmsg":"access_token expired"}"#)
        }) { server in
            try await withTemporaryDirectory { directory in
                let lines = (0..<5000).map(BulkCommandTests.openID).joined(separator: "\n")
                try Data(lines.utf8).write(to: URL(filePath: directory + "/followers"))
                let output = try await shell(
                    """
                    cd '\(directory)'; export TAGLINE_APP_ID=wx5ad0c4e6b81f2793 TAGLINE_BASE_URL=\(server.address)
                    unset TAGLINE_APP_SECRET
                    \(Self.tag) --token-command 'echo run >> runs; [ $(wc -l < runs) = 1 ] && echo token' 2>&1
                    echo "ended $?"; echo "runs: $(wc -l < runs)"
                    """)
                #expect(output.contains("ended with code 1") && !output.contains("ended 0\n"), "\(output)")
                #expect(output.contains(/runs: *2\n/), "\(output)")
            }
        }
    }

    @Test func `tagline quota shows the other quotas if it cannot read one quota`() async throws {
        try await BadServer.with({ line, body, _ in
            if line.contains("stable_token") { return .text(#"{"access_token":"t","expires_in":7200}"#) }
            if body.contains("batchuntagging") { return .text(#"{"errcode":0,"errmsg":"ok","quota":null}"#) }
            if body.contains("blacklist") { return .text(#"{"errcode":76021,"errmsg":"cgi_path not found"}"#) }
            return .text(#"{"errcode":0,"quota":{"daily_limit":1000,"used":7,"remain":993}}"#)
        }) { server in
            let environment = [
                "TAGLINE_APP_ID": "wx5ad0c4e6b81f2793", "TAGLINE_APP_SECRET": "a secret of mine",
                "TAGLINE_BASE_URL": server.address,
            ]
            let shown = try await runProgram(["quota"], environment: environment)
            #expect(shown.status.isSuccess, "\(shown)")
            #expect(shown.output.contains(/batchTagging +7 +993/), "\(shown)")
            #expect(shown.output.contains(/batchUntagging +unknown/), "\(shown)")
            #expect(shown.errors.contains("the quota of batchUntagging is unknown: the answer is not"), "\(shown)")
            #expect(shown.errors.contains("is unknown: 76021"), "\(shown)")
            let json = try await runProgram(["quota", "--json"], environment: environment)
            #expect(json.output.contains(#""unknown":"76021"#), "\(json)")
            let none = try await runProgram(["quota", "batchUntagging"], environment: environment)
            #expect(none.status == .exited(1) && none.output.isEmpty, "\(none)")
        }
    }

    @Test func `the command stops waiting for a silent admin plane`() async throws {
        try await BadServer.with({ _, _, _ in .nothing }) { server in
            let client = AdminClient(base: server.address, token: nil, patience: .milliseconds(200))
            let failure = await #expect(throws: AdminFailure.self) { try await client.text(.GET, "/accounts") }
            #expect(failure?.description.contains("no answer came in time") == true, "\(String(describing: failure))")
        }
    }
}
