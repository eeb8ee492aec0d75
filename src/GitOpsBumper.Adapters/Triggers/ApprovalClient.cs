using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Triggers;

/// <summary>Says to a bot what a person thinks of versions that wait.</summary>
/// <param name="server">Its base address.</param>
/// <param name="token">Of the person.</param>
/// <param name="authorities">That are trusted besides those of the system.</param>
public sealed class ApprovalClient(Uri server, Secret token, X509Certificate2Collection authorities) : IDisposable
{
    private const string Path = "api/v1/approvals";

    private readonly BotConnection _bot = new(server, _ => Task.FromResult(token), authorities);

    /// <summary>What waits of what the person may decide about.</summary>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> ListAsync(CancellationToken cancellationToken) => _bot.SendAsync(Path, null, cancellationToken);

    /// <param name="application">Its namespace and name.</param>
    /// <param name="alias">Of the image.</param>
    /// <param name="body">What is said, JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TriggerException">The bot refused, or could not be reached.</exception>
    public Task<JsonDocument> DecideAsync(string application, string alias, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _bot.SendAsync($"{Path}/{application}/{Uri.EscapeDataString(alias)}", body, cancellationToken);

    public void Dispose() => _bot.Dispose();
}
