using System.Text.Json.Nodes;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Network;

namespace GitOpsBumper.EndToEndTests.Notifications;

/// <summary>aiosmtpd: wants TLS by STARTTLS (or from the beginning) and a login, refuses one address, and prints each message that it takes.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "bot";
    public const string Password = "s3cret-of-the-mail";

    /// <summary>Of nobody.</summary>
    public const string Unknown = "nobody@example.com";

    private const string Script = """
        import asyncio, json, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult

        port, implicit, cert, key = int(sys.argv[1]), sys.argv[2] == "implicit", sys.argv[3], sys.argv[4]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address == "nobody@example.com":
                    return "550 5.1.1 no such user"
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "mail": envelope.content.decode("latin-1"), "tls": implicit or session.ssl is not None, "auth": session.auth_data}), flush=True)
                return "250 OK"

        def check(server, session, envelope, mechanism, data):
            good = data.login == b"bot" and data.password == b"s3cret-of-the-mail"
            return AuthResult(success=good, handled=False, auth_data=mechanism if good else None)

        async def main():
            make = lambda: SMTP(Handler(), authenticator=check, auth_required=True, auth_require_tls=not implicit, require_starttls=not implicit, tls_context=None if implicit else context, hostname="mail.test")
            server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port, ssl=context if implicit else None)
            await server.serve_forever()

        asyncio.run(main())
        """;

    private readonly ScratchFolder _folder;
    private readonly Certificates _certificates;
    private readonly ChildProcess _process;
    private readonly System.Threading.Channels.Channel<string> _mails;

    private MailServer(ScratchFolder folder, Certificates certificates, ChildProcess process, System.Threading.Channels.Channel<string> mails, int port) =>
        (_folder, _certificates, _process, _mails, Port) = (folder, certificates, process, mails, port);

    public int Port { get; }

    public string AuthorityPem => _certificates.AuthorityPem;

    /// <exception cref="ServerMissingException">It is not installed.</exception>
    public static async Task<MailServer> StartAsync(bool isImplicit, CancellationToken token)
    {
        Executable.Require("aiosmtpd", "python3-aiosmtpd");
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Executable.Require("python3", "python3-aiosmtpd");
        var folder = new ScratchFolder("gob-mail-");
        var certificates = new Certificates(TimeProvider.System);
        var signed = certificates.Sign("mail.test");
        string[] files = [folder.Write("server.py", Script), folder.Write("cert.pem", signed.CertificatePem), folder.Write("key.pem", signed.KeyPem)];
        var mails = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var port = 0;
        var process = await Startup.OnFreePortAsync(
            "aiosmtpd",
            free => ChildProcess.StartServer(
                python, [files[0], $"{port = free}", isImplicit ? "implicit" : "starttls", files[1], files[2]], folder.Path, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, line => mails.Writer.TryWrite(line)),
            AnswersAsync,
            TimeProvider.System,
            token);
        return new MailServer(folder, certificates, process, mails, port);
    }

    /// <summary>The next message that it took.</summary>
    public async Task<JsonNode> TakeAsync(CancellationToken token) => JsonNode.Parse(await _mails.Reader.ReadAsync(token))!;

    /// <summary>No message is there that nobody has taken.</summary>
    public bool IsEmpty => !_mails.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken token)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, token);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
