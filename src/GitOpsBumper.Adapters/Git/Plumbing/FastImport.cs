using System.Text;
using GitOpsBumper.Adapters.Git.Signing;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Writes commits as a stream for <c>git fast-import</c>: as many as there are, one process, no working tree.</summary>
/// <seealso href="https://git-scm.com/docs/git-fast-import"/>
internal static class FastImport
{
    /// <summary>Where commits wait for their push. One name for all branches: those of branches could stand in each other's way, and nobody looks here.</summary>
    public const string WorkRef = "refs/bumper/work";

    public static async Task WriteAsync(Stream stream, IReadOnlyList<CommitSeries> series, CommitIdentity identity, DateTimeOffset when, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // Disposing it would close the process's input, which is not ours to close.
        var buffered = new BufferedStream(stream, 64 * 1024);
#pragma warning restore CA2000
        var people = $"author {CommitText.Person(identity.Author, when)}\ncommitter {CommitText.Person(identity.Committer, when)}";
        var mark = 0;
        foreach (var (_, tip, commits) in series)
        {
            for (var index = 0; index < commits.Count; index++)
            {
                var message = Encoding.UTF8.GetBytes(commits[index].Message);
                await LineAsync(buffered, $"commit {WorkRef}\nmark :{++mark}\n{people}\ndata {message.Length}", cancellationToken).ConfigureAwait(false);
                await buffered.WriteAsync(message, cancellationToken).ConfigureAwait(false);
                await LineAsync(buffered, index == 0 ? $"\nfrom {tip}" : "", cancellationToken).ConfigureAwait(false);
                foreach (var file in commits[index].Files)
                {
                    await LineAsync(buffered, $"M {(file.Executable ? "100755" : "100644")} inline {Quote(file.Path.Text)}\ndata {file.Content.Length}", cancellationToken).ConfigureAwait(false);
                    await buffered.WriteAsync(file.Content, cancellationToken).ConfigureAwait(false);
                    await LineAsync(buffered, "", cancellationToken).ConfigureAwait(false);
                }
            }
        }

        for (var index = 1; index <= mark; index++)
            await LineAsync(buffered, $"get-mark :{index}", cancellationToken).ConfigureAwait(false);
        await LineAsync(buffered, "done", cancellationToken).ConfigureAwait(false);
        await buffered.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask LineAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), cancellationToken);

    /// <summary>A path that starts with a quote would be read as a quoted one; the others stand as they are, up to the line's end.</summary>
    private static string Quote(string path) => path.StartsWith('"') ? $"\"{path.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : path;
}
