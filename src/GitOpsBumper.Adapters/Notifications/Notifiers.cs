using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications.Chat;
using GitOpsBumper.Adapters.Notifications.Machines;
using GitOpsBumper.Adapters.Notifications.Mail;
using GitOpsBumper.Adapters.Notifications.Push;
using GitOpsBumper.Core.Notifications;

namespace GitOpsBumper.Adapters.Notifications;

/// <summary>Ways to all services. Lives as long as the process, for what they want to be spared.</summary>
public sealed class Notifiers : IDisposable
{
    private const int Concurrency = 2;
    private const int RequestsPerSecond = 5;

    private static readonly Dictionary<string, Func<NotifierUrl, NotifierParts, INotifier>> Families = new(StringComparer.Ordinal)
    {
        ["slack"] = SlackNotifier.Open,
        ["discord"] = DiscordNotifier.Open,
        ["teams"] = TeamsNotifier.Open,
        ["teams+https"] = TeamsNotifier.Open,
        ["telegram"] = TelegramNotifier.Open,
        ["mattermost"] = MattermostNotifier.Open,
        ["rocketchat"] = MattermostNotifier.Open,
        ["matrix"] = MatrixNotifier.Open,
        ["gotify"] = GotifyNotifier.Open,
        ["ntfy"] = NtfyNotifier.Open,
        ["pushover"] = PushoverNotifier.Open,
        ["apprise"] = AppriseNotifier.Open,
        ["apprises"] = AppriseNotifier.Open,
        ["smtp"] = SmtpNotifier.Open,
        ["zabbix"] = ZabbixNotifier.Open,
        ["generic"] = GenericNotifier.Open,
        ["generic+https"] = GenericNotifier.Open,
        ["generic+http"] = GenericNotifier.Open,
    };

    private readonly HttpClient _client;
    private readonly HostGates _gates;
    private readonly NotifierParts _parts;

    public Notifiers(RequestCounter counter, HttpLimits limits, TimeProvider time)
        : this(counter, limits, time, parts => parts)
    {
    }

    /// <param name="counter">Counts the requests.</param>
    /// <param name="limits">Of each request.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="change">What is special.</param>
    internal Notifiers(RequestCounter counter, HttpLimits limits, TimeProvider time, Func<NotifierParts, NotifierParts> change)
    {
#pragma warning disable CA2000 // It belongs to the client.
        _client = new HttpClient(HttpHandlers.Create(TrustSettings.System, limits, Concurrency, useProxy: true)) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000
        _client.DefaultRequestHeaders.UserAgent.Add(new(ProductName.Header.Product!));
        _gates = new HostGates(_ => new HostLimits(Concurrency, RequestsPerSecond), time);
        _parts = change(new NotifierParts(new HttpExchange(_client, _gates, counter, limits, time), limits, time));
    }

    /// <summary>Somebody may wait for it, nobody has to: an attempt has ten seconds (of mail three times that), and a service that asks for a pause of half a minute gets it.</summary>
    public static HttpLimits Limits { get; } = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(10),
        Retries = 2,
        FirstDelay = TimeSpan.FromSeconds(1),
        LongestDelay = TimeSpan.FromSeconds(5),
        LongestPause = TimeSpan.FromSeconds(30),
    };

    /// <param name="text">A URL as the user wrote it.</param>
    /// <param name="notifier">Nothing has been asked of the service yet.</param>
    /// <param name="problem">A sentence with the scheme, and with nothing else of the URL.</param>
    public bool TryOpen(string text, [NotNullWhen(true)] out INotifier? notifier, [NotNullWhen(false)] out string? problem)
    {
        notifier = null;
        if (!NotifierUrl.TryParse(text, out var url, out problem))
            return false;
        if (!Families.TryGetValue(url.Scheme, out var open))
        {
            problem = $"there is no service '{url.Scheme}', allowed: {string.Join(", ", Families.Keys.Order(StringComparer.Ordinal))}";
            return false;
        }

        try
        {
            notifier = open(url, _parts);
        }
        catch (Exception failure) when (failure is NotifierUrlException or UriFormatException)
        {
            problem = $"the {url.Scheme}:// URL cannot be used: {(failure is NotifierUrlException ? failure.Message : "it has no valid address")}";
            return false;
        }

        // Of the generic ones it is theirs.
        if (url.Find("title") is { } title && open != GenericNotifier.Open)
            notifier = new TitledNotifier(notifier, PlainText.Of(title));
        problem = null;
        return true;
    }

    public void Dispose()
    {
        _client.Dispose();
        _gates.Dispose();
    }

    /// <summary>The URL has a title for all messages.</summary>
    private sealed class TitledNotifier(INotifier notifier, string title) : INotifier
    {
        public string Place => notifier.Place;

        public int Recipients => notifier.Recipients;

        public Task SendAsync(NotificationMessage message, int recipient, CancellationToken cancellationToken) =>
            notifier.SendAsync(message with { Title = title, Lines = [message.Title, .. message.Lines] }, recipient, cancellationToken);
    }
}
