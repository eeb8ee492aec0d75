using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Planning.Cooling;

/// <summary>Since when an image has been there, as well as it is known.</summary>
/// <param name="Digest">Of what the tag points to: another one under the same tag begins anew.</param>
/// <param name="Since">In UTC.</param>
/// <param name="Source">How it is known.</param>
public sealed record ImageAge(Digest Digest, DateTimeOffset Since, AgeSource Source);

/// <summary>A tag that will be old enough.</summary>
/// <param name="Tag">Passed every other step.</param>
/// <param name="Reason">Since when it has been there, and when it is due: to be read after the tag.</param>
public sealed record WaitingTag(Tag Tag, string Reason)
{
    public override string ToString() => $"{Tag} {Reason}";
}

/// <summary>From the most reliable to the least.</summary>
public enum AgeSource
{
    /// <summary>The registry says when it was pushed.</summary>
    Pushed,

    /// <summary>The image says when it was built.</summary>
    Built,

    /// <summary>Neither says anything: when the bot saw it for the first time.</summary>
    Seen,
}
