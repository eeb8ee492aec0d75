using System.Net;
using System.Net.Sockets;
using System.Text;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;

namespace GitOpsBumper.Tests.Adapters.Notifications;

/// <summary>What a mail server hears. It knows no TLS, and takes everything.</summary>
public sealed class SmtpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "EHLO [127.0.0.1]", true)]
    [InlineData("&clienthost=auto&usehtml=yes", "EHLO [127.0.0.1]", true)]
    [InlineData("&clienthost=bot.example.com&usehtml=No", "EHLO bot.example.com", false)]
    public async Task The_server_hears_the_name_and_gets_the_parts_that_the_url_wants(string more, string greeting, bool hasHtml)
    {
        using var server = new MailServer();
        using var notifiers = new Notifiers(new RequestCounter(), Notifiers.Limits with { Retries = 0 }, TimeProvider.System);
        Assert.True(notifiers.TryOpen($"smtp://127.0.0.1:{server.Port}/?from=bot@example.com&to=ops+deploy@example.com&encryption=None{more}", out var notifier, out var problem), problem);
        await notifier.SendAsync(NotifierStage.Message, 0, Token);

        var lines = await server.Heard;
        Assert.Equal(greeting, lines[0]);
        Assert.Contains("RCPT TO:<ops+deploy@example.com>", lines);
        Assert.Equal(hasHtml, lines.Any(line => line.Contains("text/html", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("text/plain", StringComparison.Ordinal));
    }

    private sealed class MailServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public MailServer()
        {
            _listener.Start();
            Heard = HearAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>Every line, until the message has ended.</summary>
        public Task<IReadOnlyList<string>> Heard { get; }

        public void Dispose() => _listener.Dispose();

        private async Task<IReadOnlyList<string>> HearAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync(Token);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var lines = new List<string>();
            var isData = false;
            await SayAsync("220 mail.test");
            while (await reader.ReadLineAsync(Token) is { } line)
            {
                lines.Add(line);
                if (isData && line != ".")
                    continue;
                await SayAsync(line == "DATA" ? "354 go on" : "250 mail.test");
                if (isData)
                    break;
                isData = line == "DATA";
            }

            return lines;

            async Task SayAsync(string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{reply}\r\n"), Token);
        }
    }
}
