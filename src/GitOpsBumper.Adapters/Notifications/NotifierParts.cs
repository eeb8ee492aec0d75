using System.Net.Security;
using GitOpsBumper.Adapters.Http;

namespace GitOpsBumper.Adapters.Notifications;

/// <summary>What notifiers are made with.</summary>
/// <param name="Exchange">For requests.</param>
/// <param name="Limits">Of each attempt.</param>
/// <param name="Time">For stamps and timeouts.</param>
internal sealed record NotifierParts(HttpExchange Exchange, HttpLimits Limits, TimeProvider Time)
{
    /// <summary>Where services are that have one address for everybody.</summary>
    public ServiceAddresses Addresses { get; init; } = new();

    /// <summary>Whom mail servers are trusted by; null: by the system.</summary>
    public RemoteCertificateValidationCallback? MailTrust { get; init; }
}

/// <summary>Addresses without a slash at their end.</summary>
internal sealed record ServiceAddresses
{
    public string SlackHooks { get; init; } = "https://hooks.slack.com";

    public string SlackApi { get; init; } = "https://slack.com";

    public string Discord { get; init; } = "https://discord.com";

    public string Telegram { get; init; } = "https://api.telegram.org";

    public string Pushover { get; init; } = "https://api.pushover.net";
}
