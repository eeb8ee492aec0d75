using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Callers;

/// <summary>Finds out who sends a request, and answers those that nobody knows: they learn nothing by it, and fill no log.</summary>
internal sealed partial class CallerCheck(ApiServices services, CallerFinder callers)
{
    /// <summary>Lines of the log: there is always somebody who tries.</summary>
    private const int LinesPerSecond = 1;

    private readonly ILogger _logger = services.Loggers.CreateLogger<CallerCheck>();
    private readonly RateGate _lines = new(services.Time);

    /// <returns>Who it is, or what to answer instead.</returns>
    public async Task<(Caller? Caller, ApiReply? Refusal)> CheckAsync(HttpContext context)
    {
        var from = $"{context.Connection.RemoteIpAddress}";
        switch (await callers.FindAsync(context.Request.Headers.Authorization is [{ } only] ? only : null, context.Connection.RemoteIpAddress, context.RequestAborted))
        {
            case CallerAnswer.Known { Caller: var caller }:
                return (caller, null);
            case CallerAnswer.Refused { Reason: var reason }:
                services.Metrics.Triggered("refused");
                if (_lines.TryPass(LinesPerSecond))
                    Log.Refused(_logger, from, reason);
                return (null, ApiReply.Error(StatusCodes.Status401Unauthorized, reason));
            case CallerAnswer.Unknown { Reason: var reason }:
                if (_lines.TryPass(LinesPerSecond))
                    Log.Unreviewed(_logger, from, reason);
                return (null, ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "whose token it is cannot be found out at the moment", TimeSpan.FromSeconds(5)));
            default:
                throw new InvalidOperationException("the answer is of no kind that is known");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Somebody at {Address} asked for something and is not known: {Reason}.")]
        public static partial void Refused(ILogger logger, string address, string reason);

        [LoggerMessage(LogLevel.Warning, "Whose token somebody at {Address} shows is not known: {Reason}")]
        public static partial void Unreviewed(ILogger logger, string address, string reason);
    }
}
