using System.Diagnostics;

namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>One call while it is under way. It is reported at its end: as failed, unless somebody said otherwise.</summary>
public sealed class MeasuredCall
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Activity? _span;
    private readonly Action<CallOutcome, TimeSpan> _report;

    /// <param name="time">Measures how long the call takes.</param>
    /// <param name="span">Null when nobody wants to see one.</param>
    /// <param name="report">Called once.</param>
    internal MeasuredCall(TimeProvider time, Activity? span, Action<CallOutcome, TimeSpan> report)
    {
        _time = time;
        _started = time.GetTimestamp();
        _span = span;
        _report = report;
    }

    public CallOutcome Outcome { get; set; }

    /// <summary>An HTTP answer has come, whole.</summary>
    /// <param name="status">Its code.</param>
    /// <param name="authorized">Whether credentials or a token were sent along.</param>
    public void Answered(int status, bool authorized)
    {
        _span?.SetTag("http.response.status_code", status);
        Outcome = status switch
        {
            304 => CallOutcome.NotModified,
            >= 200 and < 400 => CallOutcome.Ok,
            401 when !authorized => CallOutcome.Challenged,
            401 or 403 => CallOutcome.Unauthorized,
            404 => CallOutcome.NotFound,
            429 => CallOutcome.RateLimited,
            >= 400 and < 500 => CallOutcome.Refused,
            _ => CallOutcome.Failed,
        };
    }

    /// <summary>To be called once, however the call ended.</summary>
    public void End()
    {
        _report(Outcome, _time.GetElapsedTime(_started));
        if (_span is null)
            return;
        if (Outcome.IsError())
        {
            _span.SetStatus(ActivityStatusCode.Error);
            _span.SetTag("error.type", Outcome.Word());
        }

        _span.Dispose();
    }
}
