using GitOpsBumper.Api.Callers;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting.Triggers;

/// <summary>Whose tokens are believed besides those of the cluster: as the configuration has it now, and what is wrong with that.</summary>
/// <param name="oidc">Where the issuers stand; null: there are none.</param>
/// <param name="secrets">With the hashes of static tokens, as they are now.</param>
/// <param name="time">Between two looks.</param>
/// <param name="logger">Hears of each mistake once.</param>
internal sealed partial class TrustedCallers(Func<SettingSource?> oidc, Func<SecretLayer> secrets, TimeProvider time, ILogger logger)
{
    /// <summary>Nobody need show a token for a mistake to be told.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private IssuerText _read = new(null, [], []);
    private volatile IReadOnlyList<string> _problems = [];

    /// <summary>Because of which somebody is not believed who should be, each a sentence; as they were when it was last looked.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Read anew when the text has changed; of one that is wrong nobody is believed.</summary>
    public IReadOnlyList<JobIssuer> Issuers() => Read(out _);

    /// <summary>Looks for mistakes until the token ends it.</summary>
    /// <param name="known">Ends when the secrets are known; before, what is missing is no mistake.</param>
    public async Task RunAsync(Task known, CancellationToken cancellationToken)
    {
        await known;
        while (true)
        {
            Look();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    internal void Look()
    {
        Read(out var unread);
        IReadOnlyList<string> now = [.. unread, .. StaticTokens.Problems(secrets())];
        foreach (var problem in now.Except(_problems, StringComparer.Ordinal))
            Log.Wrong(logger, problem);
        _problems = now;
    }

    private IReadOnlyList<JobIssuer> Read(out IReadOnlyList<string> problems)
    {
        string? text = null;
        if (oidc() is { } source && !source.TryRead(out text, out var unreadable))
        {
            problems = [unreadable];
            return [];
        }

        var read = Volatile.Read(ref _read);
        if (read.Text != text)
        {
            IReadOnlyList<string> mistakes = [];
            var issuers = text is null ? [] : JobIssuerReader.Read(text, out mistakes);
            read = new IssuerText(text, issuers, [.. mistakes.Select(sentence => $"{oidc()?.Name}: {sentence}")]);
            Volatile.Write(ref _read, read);
        }

        problems = read.Problems;
        return read.Issuers;
    }

    private sealed record IssuerText(string? Text, IReadOnlyList<JobIssuer> Issuers, IReadOnlyList<string> Problems);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Whose tokens are believed has a mistake: {Sentence}")]
        public static partial void Wrong(ILogger logger, string sentence);
    }
}
