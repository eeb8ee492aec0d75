using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Core.Approvals;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Approvals;

/// <summary>What votes are told from forged ones by, out of the secret of the bot as it is now. One that is of no use is told once for each mistake in it.</summary>
/// <param name="secrets">Those of the bot.</param>
/// <param name="logger">Hears of a key that cannot be used.</param>
internal sealed partial class VoteKey(Func<SecretLayer> secrets, ILogger<VoteKey> logger)
{
    private volatile string? _problem;

    /// <summary>Null: there is none, and no vote counts.</summary>
    public ApprovalKey? Find()
    {
        string? problem = null;
        ApprovalKey? key = null;
        if (secrets().Find(ApprovalKey.Name) is { } entry && !ApprovalKey.TryParse(entry.Value, out key, out problem))
            problem = $"{entry.Origin}: {problem}";
        if (problem is not null && problem != _problem)
            Log.NoKey(logger, problem);
        _problem = problem;
        return key;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No vote can be told from a forged one, so none counts: {Problem}")]
        public static partial void NoKey(ILogger logger, string problem);
    }
}
