using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Says to a bot what a person thinks of versions that wait. A bot that does not know yet what waits is asked again, a few times: saying something twice is saying it once.</summary>
/// <param name="server">Its base address.</param>
/// <param name="token">Of the person.</param>
/// <param name="authorities">That are trusted besides those of the system.</param>
/// <param name="time">For waiting.</param>
public sealed class ApprovalClient(Uri server, Secret token, X509Certificate2Collection authorities, TimeProvider time) : IDisposable
{
    private const string Path = "api/v1/approvals";
    private const int MaxAttempts = 10;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly BotConnection _bot = new(server, _ => Task.FromResult(token), authorities);

    /// <summary>Hears why it takes longer, once.</summary>
    public Action<string> Told { get; init; } = static _ => { };

    /// <summary>The version of an image that waits, or is on its way.</summary>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> ReadAsync(NamespacedName application, string alias, CancellationToken cancellationToken) => SendAsync(PathOf(application, alias), null, cancellationToken);

    /// <param name="application">Whose image it is.</param>
    /// <param name="alias">Of the image.</param>
    /// <param name="body">What is said, JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> DecideAsync(NamespacedName application, string alias, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SendAsync(PathOf(application, alias), body, cancellationToken);

    public void Dispose() => _bot.Dispose();

    /// <summary>Not every proxy lets pass a slash that is escaped.</summary>
    private static string PathOf(NamespacedName application, string alias) => $"{Path}/{application}/{Uri.EscapeDataString(AnnotationKeys.AliasInKeys(alias))}";

    private async Task<JsonDocument> SendAsync(string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _bot.SendAsync(path, body, cancellationToken);
            }
            catch (TriggerException failure) when (failure is { Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, RetryAfter: { } pause } && attempt < MaxAttempts)
            {
                if (attempt == 1)
                    Told($"{failure.Message}; asking again");
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken);
            }
        }
    }
}
