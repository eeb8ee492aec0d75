using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.PullRequests;

/// <summary>
/// What the bot's commit at the tip of a request's branch says of what it proposes: <c>Bumper-Request: &lt;id&gt; &lt;updates&gt; &lt;from&gt; &lt;content&gt;</c>. By it the bot knows
/// in the next cycle, without reading a file, whether anything is left to do.
/// </summary>
/// <param name="Id">Of the <see cref="RequestKey"/>.</param>
/// <param name="Updates">A hash of which image of which application goes to which version.</param>
/// <param name="From">A hash of the files on the base, before the change.</param>
/// <param name="Content">A hash of the same files with the change.</param>
public sealed record RequestTrailer(string Id, string Updates, string From, string Content)
{
    public const string Key = "Bumper-Request";

    /// <summary>The last one of a message; false when it has none.</summary>
    public static bool TryFind(string message, [NotNullWhen(true)] out RequestTrailer? trailer)
    {
        trailer = null;
        foreach (var line in message.Split('\n'))
        {
            var words = line.StartsWith(Key + ":", StringComparison.Ordinal) ? line[(Key.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
            if (words is [var id, var updates, var from, var content])
                trailer = new RequestTrailer(id, updates, from, content);
        }

        return trailer is not null;
    }

    public override string ToString() => $"{Key}: {Id} {Updates} {From} {Content}";
}
