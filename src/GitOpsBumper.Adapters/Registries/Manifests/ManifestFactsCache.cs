using System.Diagnostics.CodeAnalysis;
using System.Text;
using GitOpsBumper.Core.Images;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>
/// Remembers what a digest stands for, which never changes, and what a tag pointed to, which is believed for a while. Bounded; with a folder it
/// survives the process in one file, to which <see cref="Save"/> appends.
/// </summary>
public sealed partial class ManifestFactsCache
{
    public const string FileName = "registry-facts";

    private const int MaxManifests = 200_000;
    private const int MaxTags = 200_000;
    private const int MaxMoved = 20_000;
    private const int MaxFileBytes = 128 * 1024 * 1024;

    /// <summary>So long an answer may have been on its way that was given before a tag moved.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly TwoGenerations<Digest, ManifestFacts> _manifests = new(MaxManifests);
    private readonly TwoGenerations<string, SeenTag> _tags = new(MaxTags);
    private readonly TwoGenerations<string, DateTimeOffset> _moved = new(MaxMoved);
    /// <summary>Of each digest and of each tag the last, by what the line is about: there are never more than digests and tags that were seen since.</summary>
    private readonly Dictionary<string, FactLine> _unsaved = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly TimeSpan _tagRevalidate;
    private readonly string? _file;
    private readonly ILogger<ManifestFactsCache> _logger;
    private bool _isRead;
    private int _linesInFile;

    /// <summary>Without a folder nothing is kept beyond the process.</summary>
    public ManifestFactsCache(TimeProvider time, TimeSpan tagRevalidate, string? folder, ILogger<ManifestFactsCache> logger)
    {
        _time = time;
        _tagRevalidate = tagRevalidate;
        _file = folder is null ? null : Path.Combine(folder, FileName);
        _logger = logger;
    }

    /// <summary>Writes what was learnt since the last time; a cache that cannot be written is a warning, nothing more.</summary>
    public void Save()
    {
        lock (_lock)
        {
            if (_file is null || _unsaved.Count == 0)
                return;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
                if (_linesInFile + _unsaved.Count > 2 * (_manifests.Count + _tags.Count) + 1000)
                    Rewrite();
                else
                    File.AppendAllLines(_file, _unsaved.Values.Select(line => line.ToString()), new UTF8Encoding(false));
                _linesInFile += _unsaved.Count;
                _unsaved.Clear();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Log.NotSaved(_logger, _file, failure.Message);
            }
        }
    }

    internal bool TryGet(Digest digest, [NotNullWhen(true)] out ManifestFacts? facts)
    {
        lock (_lock)
        {
            ReadFile();
            return _manifests.TryGet(digest, out facts);
        }
    }

    internal void Add(Digest digest, ManifestFacts facts)
    {
        lock (_lock)
        {
            ReadFile();
            _manifests.Set(digest, facts);
            Remember(digest.ToString(), new FactLine.Manifest(digest, facts));
        }
    }

    /// <summary>What the tag pointed to when it was last seen; null when it never was. Not fresh: it is time to ask whether it still does.</summary>
    internal Digest? TagDigest(string reference, out bool isFresh)
    {
        lock (_lock)
        {
            ReadFile();
            isFresh = _tags.TryGet(reference, out var seen) && _time.GetUtcNow() - seen!.At is var age && age >= TimeSpan.Zero && age < LifeOf(reference);
            return seen?.Digest;
        }
    }

    internal void SawTag(string reference, Digest digest)
    {
        lock (_lock)
        {
            ReadFile();
            var now = _time.GetUtcNow();
            // What was asked before the tag moved, and answered after somebody said so, is asked again in the next cycle.
            See(reference, new SeenTag(digest, _moved.TryGet(reference, out var moved) && now - moved < OnTheWay ? DateTimeOffset.MinValue : now));
        }
    }

    /// <summary>A tag has moved, somebody says: what it points to is asked for again. What a digest stands for never changes.</summary>
    /// <param name="endpoint">Of the registry.</param>
    /// <param name="repository">Of the tag.</param>
    /// <param name="tag">Null: any tag of the repository.</param>
    /// <param name="andBelow">Without a tag: also of the repositories below.</param>
    public void Distrust(RegistryEndpoint endpoint, RepositoryName repository, Tag? tag, bool andBelow = false)
    {
        var place = endpoint.PlaceOf(repository);
        lock (_lock)
        {
            ReadFile();
            if (tag is not null)
            {
                Distrust($"{place}:{tag}");
                return;
            }

            foreach (var (reference, _) in _tags.All.Where(known => known.Key.StartsWith($"{place}:", StringComparison.Ordinal) || (andBelow && known.Key.StartsWith($"{place}/", StringComparison.Ordinal))).ToList())
                Distrust(reference);
        }
    }

    private void Distrust(string reference)
    {
        _moved.Set(reference, _time.GetUtcNow());
        if (_tags.TryGet(reference, out var seen))
            See(reference, seen! with { At = DateTimeOffset.MinValue });
    }

    private void See(string reference, SeenTag seen)
    {
        _tags.Set(reference, seen);
        Remember(reference, new FactLine.TagSeen(reference, seen.Digest, seen.At));
    }

    /// <summary>Up to half as long again, different for each tag: tags that were first seen together are not asked again together.</summary>
    private TimeSpan LifeOf(string reference) => _tagRevalidate * (1 + ((uint)reference.GetHashCode(StringComparison.Ordinal) % 1000 / 2000.0));

    private void Remember(string subject, FactLine line)
    {
        if (_file is not null)
            _unsaved[subject] = line;
    }

    private void ReadFile()
    {
        if (_isRead)
            return;
        _isRead = true;
        if (_file is null)
            return;
        try
        {
            if (!File.Exists(_file))
                return;
            if (new FileInfo(_file).Length > MaxFileBytes)
                _linesInFile = int.MaxValue / 2;
            else
                foreach (var line in File.ReadLines(_file))
                    Take(line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(_logger, _file, failure.Message);
        }
    }

    private void Take(string line)
    {
        _linesInFile++;
        if (!FactLine.TryParse(line, out var fact))
            return;
        if (fact is FactLine.Manifest manifest)
            _manifests.Set(manifest.Digest, manifest.Facts);
        else if (fact is FactLine.TagSeen tag)
            _tags.Set(tag.Reference, new SeenTag(tag.Digest, tag.At));
    }

    private void Rewrite()
    {
        var lines = _manifests.All.Select(pair => (FactLine)new FactLine.Manifest(pair.Key, pair.Value))
            .Concat(_tags.All.Select(pair => new FactLine.TagSeen(pair.Key, pair.Value.Digest, pair.Value.At)));
        var temporary = $"{_file}.{Environment.ProcessId}.tmp";
        File.WriteAllLines(temporary, lines.Select(line => line.ToString()), new UTF8Encoding(false));
        File.Move(temporary, _file!, overwrite: true);
        _linesInFile = _manifests.Count + _tags.Count - _unsaved.Count;
    }

    private sealed record SeenTag(Digest Digest, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What registries said of images could not be kept in {File}: {Reason}. The next run asks for it again.")]
        public static partial void NotSaved(ILogger logger, string file, string reason);

        [LoggerMessage(LogLevel.Warning, "What registries said of images could not be read from {File}: {Reason}. It is asked for again.")]
        public static partial void NotRead(ILogger logger, string file, string reason);
    }
}
