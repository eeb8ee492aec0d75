namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>A cloud gave no credential. The message is the second half of a sentence about it, without secrets.</summary>
internal sealed class CloudException(string message) : Exception(message)
{
    /// <summary>There is no identity here that the cloud could have been asked with.</summary>
    public bool IsStranger { get; init; }

    public static CloudException Stranger(string nowhere) => new(nowhere) { IsStranger = true };
}
