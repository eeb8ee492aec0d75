using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>Reads many objects through one <c>git cat-file --batch</c>. What a partial clone lacks is missing here, never fetched one by one.</summary>
internal sealed class ObjectReader(GitCommand git)
{
    /// <param name="names">Object names without line breaks: ids, or <c>commit:path</c>.</param>
    /// <param name="read">Called in the order of <paramref name="names"/> for each that is there: index, kind, id, content. The content is valid during the call.</param>
    /// <param name="maxBytes">Larger objects are reported with a null content.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>The indexes of the names that are missing.</returns>
    public async Task<IReadOnlyList<int>> ReadAsync(
        IReadOnlyList<string> names, Action<int, string, string, byte[]?> read, int maxBytes, CancellationToken cancellationToken)
    {
        var missing = new List<int>();
        if (names.Count == 0)
            return missing;
        var result = await git.LocalAsync(
            ["cat-file", "--batch", "--buffer"],
            cancellationToken,
            (input, token) => WriteNamesAsync(input, names, token),
            (output, token) => ReadAnswersAsync(output, names, read, maxBytes, missing, token)).ConfigureAwait(false);
        git.Check(result, "read from the clone of");
        return missing;
    }

    private static async Task WriteNamesAsync(Stream input, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var name in names)
            text.Append(name).Append('\n');
        await input.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken).ConfigureAwait(false);
    }

    private static async Task ReadAnswersAsync(
        Stream output, IReadOnlyList<string> names, Action<int, string, string, byte[]?> read, int maxBytes, List<int> missing, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(output, new StreamPipeReaderOptions(leaveOpen: true));
        for (var index = 0; index < names.Count; index++)
        {
            if (await ReadLineAsync(reader, cancellationToken).ConfigureAwait(false) is not { } line)
                break;
            if (line == $"{names[index]} missing")
            {
                missing.Add(index);
                continue;
            }

            var parts = line.Split(' ');
            if (parts.Length != 3 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                throw new GitException(GitFailure.CorruptClone, $"git cat-file answered '{GitErrors.Quote(line)}' for '{names[index]}'");
            var keep = size <= maxBytes;
            var content = keep ? new byte[size] : null;
            await CopyAsync(reader, content, size, cancellationToken).ConfigureAwait(false);
            await CopyAsync(reader, null, 1, cancellationToken).ConfigureAwait(false);
            read(index, parts[1], parts[0], content);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static async Task<string?> ReadLineAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var sequence = new System.Buffers.SequenceReader<byte>(result.Buffer);
            if (sequence.TryReadTo(out System.Buffers.ReadOnlySequence<byte> line, (byte)'\n'))
            {
                var text = Encoding.UTF8.GetString(line);
                reader.AdvanceTo(sequence.Position);
                return text;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    private static async Task CopyAsync(PipeReader reader, byte[]? target, long count, CancellationToken cancellationToken)
    {
        long done = 0;
        while (done < count)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, count - done));
            if (target is not null)
                System.Buffers.BuffersExtensions.CopyTo(part, target.AsSpan((int)done));
            done += part.Length;
            reader.AdvanceTo(part.End);
            if (result.IsCompleted && done < count)
                throw new GitException(GitFailure.CorruptClone, "git cat-file ended in the middle of an object");
        }
    }
}
