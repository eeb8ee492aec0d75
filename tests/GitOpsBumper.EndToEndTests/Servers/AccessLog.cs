using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>One request as a server logged it.</summary>
/// <param name="Path">Without the query.</param>
/// <param name="Query">Without question mark; empty when there is none.</param>
public sealed record LoggedRequest(string Method, string Path, string Query, int Status);

/// <summary>
/// The requests that a server logged, in the common log format of its standard output. Servers write a line after they answered, so a reader asks
/// for a marked page of its own first and waits for that line.
/// </summary>
public sealed partial class AccessLog(Func<string, CancellationToken, Task> requestMarker)
{
    private const string MarkerPrefix = "log-marker=";

    private readonly Lock _gate = new();
    private readonly List<LoggedRequest> _requests = [];
    private readonly Dictionary<string, TaskCompletionSource> _markers = new(StringComparer.Ordinal);
    private int _lastMarker;

    /// <summary>Every request so far whose path starts so, in the order of the log.</summary>
    public async Task<IReadOnlyList<LoggedRequest>> ReadAsync(string pathPrefix, CancellationToken token)
    {
        await SettleAsync(token);
        lock (_gate)
            return [.. _requests.Where(request => request.Path.StartsWith(pathPrefix, StringComparison.Ordinal))];
    }

    /// <summary>Starts to count again; only for a server that one test owns.</summary>
    public async Task ForgetAsync(CancellationToken token)
    {
        await SettleAsync(token);
        lock (_gate)
            _requests.Clear();
    }

    internal void Add(string line)
    {
        var match = RequestLine().Match(line);
        if (!match.Success)
            return;
        var target = match.Groups["target"].Value;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? "" : target[(mark + 1)..];
        lock (_gate)
        {
            if (query.StartsWith(MarkerPrefix, StringComparison.Ordinal))
            {
                if (_markers.Remove(query, out var waiting))
                    waiting.TrySetResult();
                return;
            }

            _requests.Add(new LoggedRequest(
                match.Groups["method"].Value,
                mark < 0 ? target : target[..mark],
                query,
                int.Parse(match.Groups["status"].ValueSpan, CultureInfo.InvariantCulture)));
        }
    }

    private async Task SettleAsync(CancellationToken token)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string marker;
        lock (_gate)
        {
            marker = $"{MarkerPrefix}{++_lastMarker}";
            _markers[marker] = seen;
        }

        await requestMarker(marker, token);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
    }

    [GeneratedRegex("""\A\S+ \S+ \S+ \[[^\]]*\] "(?<method>[A-Z]+) (?<target>\S+) HTTP/[0-9.]+" (?<status>[0-9]{3}) """, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RequestLine();
}
