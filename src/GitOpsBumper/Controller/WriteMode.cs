namespace GitOpsBumper.Controller;

/// <summary>Whether a cycle writes what it has decided.</summary>
internal sealed record WriteMode
{
    /// <summary>Changes are only shown.</summary>
    public static WriteMode Never { get; } = new() { Writes = false };

    /// <summary>Nobody else has to be asked, and no push under way is cut short.</summary>
    public static WriteMode Always { get; } = new();

    public bool Writes { get; private init; } = true;

    /// <summary>Asked right before each push: null when it may begin, else a sentence that says why not.</summary>
    public Func<string?> Barrier { get; init; } = static () => null;

    /// <summary>Cuts a push under way short: whether it reached the server, the next cycle finds out, be it of another replica.</summary>
    public CancellationToken Abort { get; init; }
}
