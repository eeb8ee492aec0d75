namespace GitOpsBumper.Cli;

/// <summary>What the process answers; documented in docs/reference/commands.md.</summary>
internal static class ExitCode
{
    /// <summary>Done, also when nothing was to do.</summary>
    public const int Done = 0;

    /// <summary>Some image or application failed, the others are done; for <c>lint</c>: there are problems.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Ended by a signal, as shells report SIGINT.</summary>
    public const int Interrupted = 130;
}
