using System.Globalization;
using System.Text;
using GitOpsBumper.Core.Images;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Registries.Ages;

/// <summary>
/// When the bot saw for the first time what a tag points to: the last resort where neither registry nor image tell an age. What is lost here is waited for again, so that it may be
/// bounded: <see cref="MaxTags"/> tags. Survives the process in a file of the cache folder, and wherever <see cref="Text"/> is kept.
/// </summary>
public sealed partial class FirstSeen
{
    public const string FileName = "first-seen";

    public const int MaxTags = 4000;

    /// <summary>What a config map can hold, and some room.</summary>
    public const int MaxTextLength = 900_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Sighting> _sightings = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly string? _file;
    private readonly ILogger<FirstSeen> _logger;
    private bool _isRead;
    private long _saved;

    /// <summary>Without a folder nothing is kept beyond the process.</summary>
    public FirstSeen(TimeProvider time, string? folder, ILogger<FirstSeen> logger)
    {
        _time = time;
        _file = folder is null ? null : Path.Combine(folder, FileName);
        _logger = logger;
    }

    /// <summary>Counts changes.</summary>
    public long Version { get; private set; }

    /// <summary>One line per tag, the one seen last at the top: <c>registry/repository:tag@digest seconds</c>, seconds since 1970.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                ReadFile();
                var text = new StringBuilder();
                foreach (var (tag, sighting) in _sightings.OrderByDescending(pair => pair.Value.At).ThenBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    var line = string.Create(CultureInfo.InvariantCulture, $"{tag}@{sighting.Digest} {sighting.At.ToUnixTimeSeconds()}\n");
                    if (text.Length + line.Length > MaxTextLength)
                        break;
                    text.Append(line);
                }

                return text.ToString();
            }
        }
    }

    /// <summary>When the tag was first seen to point there; now, if never before.</summary>
    public DateTimeOffset Of(RepositoryName repository, Tag tag, Digest digest)
    {
        lock (_gate)
        {
            ReadFile();
            var key = $"{repository}:{tag}";
            if (_sightings.TryGetValue(key, out var sighting) && sighting.Digest == digest)
                return sighting.At;
            // In whole seconds, as it is kept.
            var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());
            Set(key, new Sighting(digest, now));
            Version++;
            return now;
        }
    }

    /// <summary>Takes over what was kept elsewhere; of two sightings the earlier counts. What cannot be read is left out.</summary>
    public void Merge(string text)
    {
        lock (_gate)
        {
            ReadFile();
            MergeLines(text);
        }
    }

    /// <summary>Writes the file, if there is one and something has changed.</summary>
    public void Save()
    {
        var version = Version;
        if (_file is null || version == _saved)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var draft = $"{_file}.{Environment.ProcessId}";
            File.WriteAllText(draft, Text, new UTF8Encoding(false));
            File.Move(draft, _file, overwrite: true);
            _saved = version;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotSaved(_logger, _file, failure.Message);
        }
    }

    private void ReadFile()
    {
        if (_isRead)
            return;
        _isRead = true;
        try
        {
            if (_file is not null && new FileInfo(_file) is { Exists: true, Length: <= 4 * MaxTextLength })
                MergeLines(File.ReadAllText(_file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(_logger, _file!, failure.Message);
        }
    }

    private void MergeLines(string text)
    {
        var now = _time.GetUtcNow();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var blank = line.LastIndexOf(' ');
            if (blank < 0 || !long.TryParse(line.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > now.ToUnixTimeSeconds()
                || !ImageReference.TryParse(line[..blank], out var image, out _) || image.Version is not { Tag: { } tag, Digest: { } digest })
                continue;
            var key = $"{image.Repository}:{tag}";
            var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
            if (_sightings.TryGetValue(key, out var known) && (known.Digest != digest || known.At <= at))
                continue;
            Set(key, new Sighting(digest, at));
        }
    }

    private void Set(string key, Sighting sighting)
    {
        _sightings[key] = sighting;
        if (_sightings.Count <= MaxTags)
            return;
        // A repository that always has something new costs itself its places, and nobody else his: the newest of the one with the most goes.
        var largest = _sightings.GroupBy(pair => pair.Key[..pair.Key.LastIndexOf(':')], StringComparer.Ordinal).MaxBy(repository => repository.Count())!;
        _sightings.Remove(largest.MaxBy(pair => pair.Value.At).Key);
    }

    private sealed record Sighting(Digest Digest, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{File} could not be written, so that versions whose age nobody tells wait again after a restart: {Reason}")]
        public static partial void NotSaved(ILogger logger, string file, string reason);

        [LoggerMessage(LogLevel.Warning, "{File} could not be read, so that versions whose age nobody tells wait again: {Reason}")]
        public static partial void NotRead(ILogger logger, string file, string reason);
    }
}
