using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace GitOpsBumper.Adapters.Git.History;

/// <summary>Reads what <c>git log -z</c> prints: one record per commit, without ever holding more than one of them.</summary>
internal static class MessageReader
{
    /// <summary>Of id, times of committer and author, committer and message.</summary>
    public const string Format = "%H %ct %at %cn%n%B";

    /// <summary>A longer message is skipped: the bot writes none.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    public static async Task ReadAsync(Stream output, Action<CommitMessage> read, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(output, new StreamPipeReaderOptions(leaveOpen: true, bufferSize: 64 * 1024));
        var skips = false;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)0) is { } end)
            {
                if (!skips)
                    Read(buffer.Slice(0, end), read);
                skips = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (result.IsCompleted)
            {
                if (!skips)
                    Read(buffer, read);
                break;
            }

            if (buffer.Length > MaxBytes)
            {
                skips = true;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static void Read(ReadOnlySequence<byte> bytes, Action<CommitMessage> read)
    {
        var record = Encoding.UTF8.GetString(bytes);
        var line = record.IndexOf('\n', StringComparison.Ordinal);
        var blank = record.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0 || line < blank || CommitId.Parse(record[..blank]) is not { } id)
            return;
        var fields = record[(blank + 1)..line].Split(' ', 3);
        read(new CommitMessage(id, Time(fields[0]), fields.Length > 2 ? fields[2] : "", record[(line + 1)..]) { Authored = Time(fields.Length > 1 ? fields[1] : fields[0]) });
    }

    /// <summary>A commit can claim any time; what no calendar has is taken for long ago.</summary>
    private static DateTimeOffset Time(string seconds) => DateTimeOffset.FromUnixTimeSeconds(
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var stamp) && stamp <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? stamp : 0);
}
