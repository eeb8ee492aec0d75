using BenchmarkDotNet.Attributes;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Core.Versions;

namespace GitOpsBumper.Benchmarks.Micro;

/// <summary>Selection over 100,000 tags: releases, suffixed releases, pre-releases, dates, commits.</summary>
public class SelectionBenchmarks
{
    private const int TagCount = 100_000;

    private Tag[] _tags = [];
    private SemVerStrategy _semVer = null!;
    private ITagStrategy _variant = null!;
    private TagFilter _releases = null!;

    [GlobalSetup]
    public void MakeTags()
    {
        var random = new Random(20_260_501);
        _tags = [.. Enumerable.Range(0, TagCount).Select(index => Parse(index, random))];
        _semVer = new SemVerStrategy(
            SemVerConstraint.TryParse("~1 || ^3.2", out var constraint, out var problem) ? constraint : throw new InvalidOperationException(problem));
        _variant = _semVer.WithVariant("alpine");
        _releases = new TagFilter(
            AllowPattern.TryParse("regexp:^v?[0-9]+\\.[0-9]+\\.[0-9]+$", out var allow, out problem) ? allow : throw new InvalidOperationException(problem),
            [GlobPattern.TryParse("*.1", out var ignore, out problem) ? ignore : throw new InvalidOperationException(problem)]);
    }

    [Benchmark]
    public int SemVer() => TagSelector.Select(_semVer, TagFilter.Everything, _tags).Eligible.Count;

    [Benchmark]
    public int SemVerWithFilters() => TagSelector.Select(_semVer, _releases, _tags).Eligible.Count;

    [Benchmark]
    public int SemVerWithVariant() => TagSelector.Select(_variant, TagFilter.Everything, _tags).Eligible.Count;

    [Benchmark]
    public int Alphabetical() => TagSelector.Select(new AlphabeticalStrategy(), TagFilter.Everything, _tags).Eligible.Count;

    [Benchmark]
    public int Numerical() => TagSelector.Select(new NumericalStrategy(), TagFilter.Everything, _tags).Eligible.Count;

    private static Tag Parse(int index, Random random)
    {
        var (major, minor, patch) = (random.Next(5), random.Next(60), random.Next(400));
        var text = (index % 8) switch
        {
            0 => $"v{major}.{minor}.{patch}",
            1 => $"{major}.{minor}.{patch}-alpine",
            2 => $"{major}.{minor}.{patch}-rc.{random.Next(9)}",
            3 => $"main-{random.Next():x8}",
            4 => $"2026{random.Next(1, 13):D2}{random.Next(1, 29):D2}{random.Next(100_000):D6}",
            _ => $"{major}.{minor}.{patch}",
        };
        return Tag.TryParse(text, out var tag, out var problem) ? tag : throw new InvalidOperationException(problem);
    }
}
