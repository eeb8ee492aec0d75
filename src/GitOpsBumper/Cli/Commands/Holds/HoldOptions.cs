using System.CommandLine;
using GitOpsBumper.Adapters.Git.History;
using GitOpsBumper.Configuration;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary>The options of commands that commit what a person wants.</summary>
internal sealed class HoldOptions
{
    private const int LongestText = 500;

    public Option<string?> Reason { get; } = new("--reason") { Description = "Why, for those who read the log; it goes into the commit message." };

    public Option<string?> By { get; } = new("--by") { Description = "Who wants it; without it who git says you are (user.name, user.email)." };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show what would be committed, and commit nothing." };

    public string? ReadReason(ParseResult parsed) => Text(parsed.GetValue(Reason), Reason.Name);

    /// <summary>Who wants it: what is said, else what git says, else the machine's account.</summary>
    public async Task<string> ReadByAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        Text(parsed.GetValue(By), By.Name) ?? await GitPerson.FindAsync(cancellationToken) ?? $"{Environment.UserName}@{Environment.MachineName}";

    private static string? Text(string? text, string flag)
    {
        if (text is { Length: > LongestText })
            throw new UsageException([$"{flag} has {text.Length} characters, allowed are {LongestText}"]);
        return string.IsNullOrWhiteSpace(text) ? null : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
