namespace GitOpsBumper.Adapters.Notifications;

/// <summary>A message has not arrived. The text is a sentence with the service, its host and its own words; no secret is in it.</summary>
public sealed class NotifierException(string message, bool isTransient, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The same message may arrive later.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>How long the service wants to be left alone; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
