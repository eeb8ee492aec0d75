using System.Text;

namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>Writes the input of <c>git fast-import</c> for commits on branch main.</summary>
internal sealed class FastImportWriter(Stream stream) : IAsyncDisposable
{
    private const long FirstSecond = 1_750_000_000;

    private long _second = FirstSecond;

    /// <param name="from">The commit that the branch stands at; null continues what this writer began.</param>
    public void BeginCommit(string message, string? from)
    {
        Write("commit refs/heads/main\n");
        Write($"committer Somebody <somebody@example.com> {_second++} +0000\n");
        WriteData(message);
        if (from is not null)
            Write($"from {from}\n");
    }

    public void WriteFile(string path, string text)
    {
        Write($"M 100644 inline {path}\n");
        WriteData(text);
    }

    public ValueTask DisposeAsync() => new(stream.FlushAsync());

    private void WriteData(string text)
    {
        Write($"data {Encoding.UTF8.GetByteCount(text)}\n");
        Write(text);
        Write("\n");
    }

    private void Write(string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
