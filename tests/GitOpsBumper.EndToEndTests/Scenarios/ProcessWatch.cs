using System.Collections.Concurrent;

namespace GitOpsBumper.EndToEndTests.Scenarios;

/// <summary>Reads the command lines of all processes again and again, as anybody on the machine can, and keeps those that say a secret.</summary>
internal sealed class ProcessWatch : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, bool> _found = new(StringComparer.Ordinal);
    private readonly Task _watching;

    public ProcessWatch(IReadOnlyList<string> secrets) => _watching = Task.Factory.StartNew(
        () => Watch(secrets), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Whether a git process that talks to a server was among what was read: otherwise nothing found means nothing.</summary>
    public bool SawGit { get; private set; }

    public IEnumerable<string> Found => _found.Keys;

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _watching;
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private void Watch(IReadOnlyList<string> secrets)
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(folder[^1])))
            {
                if (Read(Path.Combine(process, "cmdline")) is not { } line)
                    continue;
                SawGit |= line.Contains("remote-http", StringComparison.Ordinal) || line.Contains("\0push\0", StringComparison.Ordinal);
                if (secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)))
                    _found.TryAdd(line.Replace('\0', ' '), true);
            }
        }
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
