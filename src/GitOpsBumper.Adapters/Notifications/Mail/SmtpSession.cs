using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace GitOpsBumper.Adapters.Notifications.Mail;

/// <summary>One conversation with a mail server, of which nothing is believed: lines and replies are bounded, and what it says before TLS is forgotten.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc5321"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3207"/>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int MaxLine = 2048;
    private const int MaxLines = 128;

    private readonly Socket _socket;
    private readonly RemoteCertificateValidationCallback? _trust;
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpSession(Socket socket, RemoteCertificateValidationCallback? trust)
    {
        _socket = socket;
        _trust = trust;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>What the server offers, in capitals, one line each; empty before <see cref="GreetAsync"/>.</summary>
    public IReadOnlyList<string> Offers { get; private set; } = [];

    /// <exception cref="SocketException">Nobody is there.</exception>
    public static async Task<SmtpSession> ConnectAsync(string host, int port, RemoteCertificateValidationCallback? trust, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new SmtpSession(socket, trust);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task SecureAsync(string host, CancellationToken cancellationToken)
    {
        // What came before this could come from anybody.
        if (_start < _end)
            throw new SmtpException(0, "said something before TLS began", isTransient: false);
        var secured = new SslStream(_stream, leaveInnerStreamOpen: false, _trust);
        _stream = secured;
        Offers = [];
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
    }

    /// <summary>Says who we are; without a name by our address, for nobody has to know that of a pod.</summary>
    public async Task GreetAsync(string? name, CancellationToken cancellationToken)
    {
        var address = (_socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Loopback;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var literal = plain.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{plain.ToString().Split('%')[0]}]" : $"[{plain}]";
        var reply = await AskAsync($"EHLO {name ?? literal}", 250, cancellationToken);
        Offers = [.. reply.Lines.Skip(1).Select(line => line.ToUpperInvariant())];
    }

    /// <exception cref="SmtpException">The server answers anything else.</exception>
    public async Task<SmtpReply> AskAsync(string command, int expected, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), cancellationToken);
        return await ExpectAsync(expected, cancellationToken);
    }

    public async Task<SmtpReply> ExpectAsync(int expected, CancellationToken cancellationToken)
    {
        var reply = await ReadAsync(cancellationToken);
        return reply.Code / 10 == expected / 10 || (expected == 250 && reply.Code is 251 or 252)
            ? reply
            : throw new SmtpException(reply.Code, string.Join(' ', reply.Lines), isTransient: reply.Code is >= 400 and < 500);
    }

    /// <summary>Is not waited for: the message is there already.</summary>
    public ValueTask QuitAsync(CancellationToken cancellationToken) => _stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await LineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new SmtpException(0, "does not speak SMTP here", isTransient: false);
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }

        throw new SmtpException(0, "sent an answer without end", isTransient: false);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length <= MaxLine)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0)
                    throw new SmtpException(0, "broke the connection off", isTransient: true);
            }

            var c = (char)_buffer[_start++];
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(c);
        }

        throw new SmtpException(0, "sent a line without end", isTransient: false);
    }
}

/// <param name="Code">Of three digits.</param>
/// <param name="Lines">Without it.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines);

/// <summary>The server did not do what it was asked.</summary>
/// <param name="code">Of its reply; 0: there was none.</param>
/// <param name="words">Its own, or, without a reply, the second half of a sentence.</param>
/// <param name="isTransient">It may do it later.</param>
internal sealed class SmtpException(int code, string words, bool isTransient) : Exception(words)
{
    public int Code { get; } = code;

    public bool IsTransient { get; } = isTransient;
}
