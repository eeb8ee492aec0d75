using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Controller.Requests;

/// <content>What is logged.</content>
internal sealed partial class RequestWriter
{
    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Opened {Request}.")]
        public static partial void Opened(ILogger logger, string request);

        [LoggerMessage(LogLevel.Information, "Described {Request} anew.")]
        public static partial void Changed(ILogger logger, string request);

        [LoggerMessage(LogLevel.Information, "Closed {Request}: nothing of it is due any more.")]
        public static partial void Closed(ILogger logger, string request);

        [LoggerMessage(LogLevel.Warning, "Branch {Branch} of a request that is over could not be deleted: {Reason}")]
        public static partial void NotDeleted(ILogger logger, string branch, string reason);

        [LoggerMessage(LogLevel.Information, "Left {Request} to the people who commit to its branch.")]
        public static partial void Left(ILogger logger, string request);

        [LoggerMessage(LogLevel.Information, "Pushed {Commits} commits to branches of requests of {Repository}.")]
        public static partial void Pushed(ILogger logger, int commits, string repository);

        [LoggerMessage(LogLevel.Warning, "{Request} lacks something that was wanted: {Sentence}")]
        public static partial void NotGiven(ILogger logger, string request, string sentence);

        [LoggerMessage(LogLevel.Information, "{Request} gets its labels, people and automatic merge in the next cycle: {Reason}")]
        public static partial void Unfinished(ILogger logger, string request, string reason);

        [LoggerMessage(LogLevel.Warning, "A request of {Repository} could not be brought up to date: {Reason}")]
        public static partial void Failed(ILogger logger, string repository, string reason);
    }
}
