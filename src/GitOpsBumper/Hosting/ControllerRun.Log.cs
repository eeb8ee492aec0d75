using GitOpsBumper.Controller.Reconciling;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

internal sealed partial class ControllerRun
{
    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Kind} cycle over {Applications} applications with {Images} images: {Updated} updated, {Failed} failed, {Seconds:0.##} s.")]
        public static partial void Done(ILogger logger, CycleKind kind, int applications, int images, int updated, int failed, double seconds);

        [LoggerMessage(LogLevel.Warning, "{Repository} is worked on since the cycle before; this one goes on without it.")]
        public static partial void Straggling(ILogger logger, string repository);

        [LoggerMessage(LogLevel.Warning, "{Problem}")]
        public static partial void Unreadable(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Error, "An internal error ended a cycle ({Kind}).")]
        public static partial void Unexpected(ILogger logger, CycleKind kind, Exception exception);
    }
}
