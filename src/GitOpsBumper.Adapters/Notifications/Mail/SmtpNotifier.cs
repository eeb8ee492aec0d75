using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using GitOpsBumper.Core.Notifications;
using Polly;
using Polly.Retry;

namespace GitOpsBumper.Adapters.Notifications.Mail;

/// <summary>
/// Mail: <c>smtp://user:password@host:port/?from=bot@example.com&amp;to=a@example.com,b@example.com</c>. TLS from the beginning on port 465, else by STARTTLS; without it only when the URL says
/// <c>encryption=None</c>. Each address gets the message in a transaction of its own: one that is refused costs the others nothing.
/// </summary>
/// <seealso href="https://containrrr.dev/shoutrrr/v0.8/services/email/"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc4954"/>
internal sealed class SmtpNotifier : INotifier
{
    private const int ImplicitPort = 465;
    private const int SubmissionPort = 587;
    private const int Patience = 3;

    private readonly NotifierUrl _url;
    private readonly NotifierParts _parts;
    private readonly MailAddresses _addresses;
    private readonly MailSecurity _security;
    private readonly string _auth;
    private readonly bool _withHtml;
    private readonly string? _name;
    private readonly int _port;
    private readonly ResiliencePipeline _retries;

    private SmtpNotifier(NotifierUrl url, NotifierParts parts)
    {
        url.Allow("from", "fromaddress", "fromname", "to", "toaddresses", "subject", "auth", "encryption", "starttls", "usestarttls", "usehtml", "clienthost", "disabletls");
        url.CheckHost();
        _url = url;
        _parts = parts;
        var from = url.Find("from", "fromaddress") ?? throw new NotifierUrlException("it has no from=<address>");
        var to = url.List("to", "toaddresses");
        if (to.Count == 0)
            throw new NotifierUrlException("it has no to=<address>,...");
        if (!to.Append(from).All(IsAddress))
            throw new NotifierUrlException("from or to is no address such as bot@example.com");
        _addresses = new MailAddresses(from, url.Find("fromname"), to);
        _withHtml = url.Switch(true, "usehtml");
        _name = url.Find("clienthost") is { } name && !name.Equals("auto", StringComparison.OrdinalIgnoreCase) ? name : null;
        if (_name is not null && (Uri.CheckHostName(_name) != UriHostNameType.Dns || !_name.All(char.IsAscii)))
            throw new NotifierUrlException("clienthost is neither auto nor a name such as bot.example.com");
        var encryption = url.Find("encryption")?.ToUpperInvariant() ?? "AUTO";
        _port = url.Port(encryption == "IMPLICITTLS" ? ImplicitPort : SubmissionPort);
        _security = Security(url, encryption, _port);
        _auth = url.Find("auth")?.ToUpperInvariant() switch
        {
            null or "UNKNOWN" or "AUTO" => "",
            "PLAIN" => "PLAIN",
            "LOGIN" => "LOGIN",
            "NONE" => "NONE",
            _ => throw new NotifierUrlException("auth is none of Plain, Login and None"),
        };
        Place = $"mail server {url.Host}:{_port}";
        _retries = parts.Limits.Retries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = parts.Time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = parts.Limits.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = parts.Limits.FirstDelay,
                MaxDelay = parts.Limits.LongestDelay,
                ShouldHandle = new PredicateBuilder().Handle<NotifierException>(failure => failure.IsTransient),
            })
            .Build();
    }

    private enum MailSecurity
    {
        StartTls,
        Implicit,
        None,
    }

    public string Place { get; }

    public int Recipients => _addresses.To.Count;

    public static INotifier Open(NotifierUrl url, NotifierParts parts) => new SmtpNotifier(url, parts);

    public async Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken)
    {
        var mail = MailText.Stuff(MailText.Render(message, _addresses, _url.Find("subject") ?? message.Title, _withHtml));
        await _retries.ExecuteAsync(
            static async (state, token) => await state.Notifier.AttemptAsync(state.Mail, state.To, token), (Notifier: this, Mail: mail, To: _addresses.To[recipient]), cancellationToken);
    }

    private async Task AttemptAsync(string mail, string to, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_parts.Limits.AttemptTimeout * Patience, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await using var session = await SmtpSession.ConnectAsync(_url.Host, _port, _parts.MailTrust, either.Token);
            await BeginAsync(session, either.Token);
            await session.AskAsync($"MAIL FROM:<{_addresses.From}>", 250, either.Token);
            await session.AskAsync($"RCPT TO:<{to}>", 250, either.Token);
            await session.AskAsync("DATA", 354, either.Token);
            await session.AskAsync($"{mail}.", 250, either.Token);
            await GoodbyeAsync(session, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NotifierException($"{Place} did not answer within {_parts.Limits.AttemptTimeout.TotalSeconds * Patience:0.###} s", isTransient: true);
        }
        catch (SmtpException failure)
        {
            var words = FittedText.Cut(_url.Redact(PlainText.Of(failure.Message)), 200);
            throw new NotifierException(failure.Code == 0 ? $"{Place} {words}" : $"{Place} answered {failure.Code} '{words}'", failure.IsTransient);
        }
        catch (AuthenticationException failure)
        {
            throw new NotifierException($"{Place} cannot be trusted: {failure.Message.TrimEnd('.')}", isTransient: false);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new NotifierException($"{Place} cannot be reached: {failure.Message.TrimEnd('.')}", isTransient: true);
        }
    }

    private async Task BeginAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (_security == MailSecurity.Implicit)
            await session.SecureAsync(_url.Host, cancellationToken);
        await session.ExpectAsync(220, cancellationToken);
        await session.GreetAsync(_name, cancellationToken);
        if (_security == MailSecurity.StartTls)
        {
            if (!session.Offers.Contains("STARTTLS", StringComparer.Ordinal))
                throw new SmtpException(0, "offers no STARTTLS; encryption=None in the URL does without", isTransient: false);
            await session.AskAsync("STARTTLS", 220, cancellationToken);
            await session.SecureAsync(_url.Host, cancellationToken);
            await session.GreetAsync(_name, cancellationToken);
        }

        if (_url is { User: { Length: > 0 } user, Password: { } password } && _auth != "NONE")
            await LogInAsync(session, user, password, cancellationToken);
    }

    private async Task LogInAsync(SmtpSession session, string user, string password, CancellationToken cancellationToken)
    {
        var offered = session.Offers.Where(line => line.StartsWith("AUTH ", StringComparison.Ordinal)).SelectMany(line => line.Split(' ').Skip(1)).ToList();
        var way = _auth.Length > 0 ? _auth : offered.Contains("PLAIN", StringComparer.Ordinal) ? "PLAIN" : "LOGIN";
        if (!offered.Contains(way, StringComparer.Ordinal))
            throw new SmtpException(0, $"does not offer to log in by {way}", isTransient: false);
        try
        {
            if (way == "PLAIN")
            {
                await session.AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", 235, cancellationToken);
                return;
            }

            await session.AskAsync("AUTH LOGIN", 334, cancellationToken);
            await session.AskAsync(Base64(user), 334, cancellationToken);
            await session.AskAsync(Base64(password), 235, cancellationToken);
        }
        catch (SmtpException failure) when (failure.Code != 0)
        {
            // What it says may be what it was told.
            throw new SmtpException(0, $"refused the login with {failure.Code}", failure.IsTransient);
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The mail has been taken: whatever happens now, it is not sent again.</summary>
    private static async Task GoodbyeAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.QuitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SmtpException or OperationCanceledException or ObjectDisposedException)
        {
            // Servers may hang up right after they have taken it.
        }
    }

    /// <summary>In the clear goes what has the one word for it, encryption=None, and nothing else: a password may go with it.</summary>
    private static MailSecurity Security(NotifierUrl url, string encryption, int port)
    {
        var security = encryption switch
        {
            "AUTO" => port == ImplicitPort ? MailSecurity.Implicit : MailSecurity.StartTls,
            "EXPLICITTLS" => MailSecurity.StartTls,
            "IMPLICITTLS" => MailSecurity.Implicit,
            "NONE" => MailSecurity.None,
            _ => throw new NotifierUrlException("encryption is none of Auto, None, ExplicitTLS and ImplicitTLS"),
        };
        var wantsStartTls = url.Switch(true, "starttls", "usestarttls");
        if (security == MailSecurity.StartTls && !wantsStartTls)
            throw new NotifierUrlException("starttls=no would send everything in the clear, also a password; that wants encryption=None");
        if (url.Switch(false, "disabletls") && security != MailSecurity.None)
            throw new NotifierUrlException("disabletls=yes would send everything in the clear, also a password; that wants encryption=None");
        return security;
    }

    private static bool IsAddress(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1 && text.Length <= 254 && text.All(c => c is > ' ' and <= '~' and not ('<' or '>' or '(' or ')' or ',' or ';' or ':' or '"' or '\\' or '[' or ']'))
            && text.AsSpan().Count('@') == 1;
    }
}
