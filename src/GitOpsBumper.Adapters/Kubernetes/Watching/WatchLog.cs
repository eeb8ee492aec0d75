using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>Apart from the watcher, as messages cannot be generated into a generic type.</summary>
internal static partial class WatchLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Listed {Count} {Kind} at {Path}")]
    public static partial void Listed(ILogger logger, int count, string kind, string path);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The watch of {Path} is too old to go on and begins with a new list")]
    public static partial void Gone(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes at {Path} are not seen until the API server answers again: {Reason}")]
    public static partial void Failed(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Changes at {Path} are still not seen: {Reason}")]
    public static partial void StillFailing(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching {Path} went wrong in a way that is not expected")]
    public static partial void Unexpected(ILogger logger, string path, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changes at {Path} are seen again, after {Failures} failures")]
    public static partial void Recovered(ILogger logger, string path, int failures);
}
