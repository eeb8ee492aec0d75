namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>What a world looks like.</summary>
internal sealed record ScaleShape
{
    /// <summary>As the targets of docs/performance.md have it.</summary>
    public static ScaleShape Default { get; } = new();

    /// <summary>Of the repository, each changing one file.</summary>
    public int Commits { get; init; } = 3_000;

    /// <summary>In the folder of each application, what is written to among them.</summary>
    public int FilesPerApplication { get; init; } = 5;

    /// <summary>Lines of the values file that is written to; zero: override files are.</summary>
    public int LinesOfValues { get; init; }

    /// <summary>Whether commits are signed, with a key of ssh.</summary>
    public bool IsSigned { get; init; }
}
