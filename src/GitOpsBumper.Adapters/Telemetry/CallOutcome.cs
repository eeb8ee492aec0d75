namespace GitOpsBumper.Adapters.Telemetry;

/// <summary>How a call to the outside ended, as metrics and spans tell it.</summary>
public enum CallOutcome
{
    /// <summary>Something else went wrong: a server's error, an answer that cannot be used.</summary>
    Failed,
    Ok,
    NotModified,
    NotFound,

    /// <summary>Asked without credentials, a registry said which ones it wants: the first step of every conversation with one that wants tokens.</summary>
    Challenged,

    /// <summary>The credentials are not good enough, or there are none.</summary>
    Unauthorized,
    RateLimited,

    /// <summary>The key of an ssh server is not the one that is known for it, or none is.</summary>
    Untrusted,

    /// <summary>The server does not do what it was asked for; or, of a push, what the server's hooks and rules do not allow.</summary>
    Refused,

    /// <summary>A push that somebody else's came before.</summary>
    LostRace,
    Timeout,

    /// <summary>No connection, or one that broke off.</summary>
    Unreachable,

    /// <summary>The clone on disk is damaged.</summary>
    Damaged,

    /// <summary>We did not wait for the end.</summary>
    Cancelled,
}

public static class CallOutcomes
{
    /// <summary>The value of the label <c>outcome</c>.</summary>
    public static string Word(this CallOutcome outcome) => outcome switch
    {
        CallOutcome.Ok => "ok",
        CallOutcome.NotModified => "not_modified",
        CallOutcome.NotFound => "not_found",
        CallOutcome.Challenged => "challenged",
        CallOutcome.Unauthorized => "unauthorized",
        CallOutcome.RateLimited => "rate_limited",
        CallOutcome.Untrusted => "untrusted",
        CallOutcome.Refused => "refused",
        CallOutcome.LostRace => "lost_race",
        CallOutcome.Timeout => "timeout",
        CallOutcome.Unreachable => "unreachable",
        CallOutcome.Damaged => "damaged",
        CallOutcome.Cancelled => "cancelled",
        _ => "failed",
    };

    /// <summary>Whether a span is shown as an error; what belongs to the ordinary course of things is none.</summary>
    public static bool IsError(this CallOutcome outcome) =>
        outcome is not (CallOutcome.Ok or CallOutcome.NotModified or CallOutcome.NotFound or CallOutcome.Challenged or CallOutcome.LostRace or CallOutcome.Cancelled);
}
