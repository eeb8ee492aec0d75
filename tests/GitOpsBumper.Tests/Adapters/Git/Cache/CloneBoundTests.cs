using GitOpsBumper.Adapters.Git.Cache;
using GitOpsBumper.Tests.Support;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Adapters.Git.Cache;

public sealed class CloneBoundTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 5, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();
    private readonly HashSet<string> _inUse = new(StringComparer.Ordinal);
    private readonly Lines _log = new();

    private IEnumerable<string?> Left => Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Those_used_longest_ago_go_first_and_no_more_than_need_to()
    {
        Clone("a", 100, minutes: 3);
        Clone("b", 100, minutes: 1);
        Clone("c", 100, minutes: 2);
        Clone("d", 100, minutes: 4);

        Bound(250).Trim(_log);

        Assert.Equal(["a.git", "d.git"], Left);
        Assert.Equal(["Debug: The clone of B (100KiB", "Debug: The clone of C (100KiB"], _log.Select(line => line[..29]));
    }

    [Fact]
    public void The_history_counts_and_goes_with_its_clone()
    {
        Clone("a", 10, minutes: 1);
        _folder.Write("a.git/history/objects/pack/p.pack", new string('x', 200 * 1024));
        Clone("b", 10, minutes: 2);

        Bound(100).Trim(_log);

        Assert.Equal(["b.git"], Left);
    }

    [Fact]
    public void One_in_use_stays_and_another_goes_instead()
    {
        Clone("a", 100, minutes: 1);
        Clone("b", 100, minutes: 2);
        Clone("c", 100, minutes: 3);
        _inUse.Add("a");

        Bound(250).Trim(_log);

        Assert.Equal(["a.git", "c.git"], Left);
    }

    [Fact]
    public void One_that_is_larger_than_all_may_be_stays_while_it_is_the_last_used_and_is_told_once()
    {
        Clone("a", 10, minutes: 1);
        Clone("b", 300, minutes: 2);
        var bound = Bound(200);

        bound.Trim(_log);
        bound.Trim(_log);

        Assert.Equal(["b.git"], Left);
        Assert.Equal(
            "Warning: The clone of B alone takes 300KiB, more than the 200KiB of --cache-max-size for all clones; it is kept while it is the one used last.",
            Assert.Single(_log, line => line.StartsWith("Warning", StringComparison.Ordinal)));

        Clone("c", 10, minutes: 3);
        bound.Trim(_log);
        Assert.Equal(["c.git"], Left);
    }

    [Fact]
    public void What_grew_is_measured_again_once_it_was_used_again()
    {
        Clone("a", 10, minutes: 1);
        Clone("b", 10, minutes: 2);
        var bound = Bound(100);
        bound.Trim(_log);
        Clone("b", 150, minutes: 3);

        bound.Trim(_log);

        Assert.Equal(["b.git"], Left);
    }

    [Fact]
    public void Zero_is_no_bound_but_what_was_half_deleted_goes()
    {
        Clone("a", 100, minutes: 1);
        Clone("b", 100, minutes: 2);
        _folder.Write("a.git.0123.removed/HEAD", "ref: refs/heads/main\n");

        Bound(0).Trim(_log);

        Assert.Equal(["a.git", "b.git"], Left);
    }

    private void Clone(string name, int kibibytes, int minutes)
    {
        _folder.Write($"{name}.git/objects/pack/p.pack", new string('x', kibibytes * 1024));
        File.SetLastWriteTimeUtc(_folder.Write($"{name}.git.lock", ""), Noon.AddMinutes(minutes));
    }

    private CloneBound Bound(int kibibytes) => new(
        _folder.Path,
        kibibytes * 1024L,
        folder => _inUse.Contains(Path.GetFileNameWithoutExtension(folder)) ? null : new MemoryStream(),
        folder => Path.GetFileNameWithoutExtension(folder).ToUpperInvariant());

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{logLevel}: {formatter(state, exception)}");
    }
}
