using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Core.Planning;

/// <summary>What happens with one image in this cycle, and why: the <see cref="Reason"/> is a sentence for the person who asks.</summary>
public abstract record ImageDecision
{
    private ImageDecision(string reason) => Reason = reason;

    public string Reason { get; init; }

    /// <summary>The newest version that policy allows, whether or not it is written; null when none was found or none was looked for.</summary>
    public ImageVersion? Candidate { get; init; }

    /// <summary>Newer versions that are too young to be written.</summary>
    public IReadOnlyList<WaitingTag> Waiting { get; init; } = [];

    /// <summary>The candidate outranks what git says: <paramref name="Value"/> is to be written.</summary>
    public sealed record Update(ImageVersion Value, string Reason) : ImageDecision(Reason)
    {
        /// <summary>When it was built; null when the decision did not depend on anything that tells.</summary>
        public DateTimeOffset? Built { get; init; }

        /// <summary>The tag that was chosen, where the value is a digest alone; null where a person named it.</summary>
        public Tag? Chosen { get; init; }

        /// <summary>What the tag points to, where that was looked up though it is not written; null: nobody looked.</summary>
        public Digest? Digest { get; init; }

        /// <summary>Who approved it, for the commit; empty where nobody had to.</summary>
        public IReadOnlyList<string> ApprovedBy { get; init; } = [];

        /// <summary>With the digest, written or not, as far as it is known.</summary>
        public ImageVersion Known => Full with { Digest = Value.Digest ?? Digest };

        /// <summary>The value with the tag, also where the digest alone is written.</summary>
        public ImageVersion Full => Value with { Tag = Value.Tag ?? Chosen };
    }

    /// <summary>Git already says the newest allowed version, or a newer one.</summary>
    public sealed record UpToDate(string Reason) : ImageDecision(Reason);

    /// <summary>A person fixed the version: <paramref name="Pin"/> stays, whatever the registry offers.</summary>
    public sealed record Pinned(string Pin, string Reason) : ImageDecision(Reason);

    /// <summary>A person wants it so, on the command line: the version is written, the override is set or taken away, and in any case the commit says so.</summary>
    /// <param name="Value">To be written where versions stand; null: that stays.</param>
    /// <param name="Override">To be set or taken away; null: that stays.</param>
    /// <param name="Trailer">Of the commit.</param>
    public sealed record Ordered(ImageVersion? Value, OverrideWrite? Override, IImageTrailer Trailer, string Reason) : ImageDecision(Reason);

    /// <summary>The newest allowed version is one that the bot wrote and a person took back: it is not written again, nor anything older instead.</summary>
    public sealed record Rejected(string Reason) : ImageDecision(Reason);

    /// <summary>
    /// The newest allowed version is too young, and nothing that is old enough is newer than what is written; or nothing may be written at this time, or not before somebody approves it. It waits until
    /// <paramref name="Due"/>, null when nobody knows how long.
    /// </summary>
    public sealed record Pending(DateTimeOffset? Due, string Reason) : ImageDecision(Reason)
    {
        /// <summary>What people decide about; null: they do not.</summary>
        public WaitingVersion? Asked { get; init; }
    }

    /// <summary>The newest allowed version would be written, but lacks what the policy asks for besides, such as a signature: it waits until it has it, and nothing older takes its place.</summary>
    public sealed record Held(string Reason) : ImageDecision(Reason);

    /// <summary>The newest allowed version is proposed in a request, or will be: people decide.</summary>
    public sealed record Proposed(string Reason) : ImageDecision(Reason);

    /// <summary>No tag of the repository passes the policy.</summary>
    public sealed record NoCandidate(string Reason) : ImageDecision(Reason);

    /// <summary>Not for us in this cycle: the application does not run the image.</summary>
    public sealed record Skipped(string Reason) : ImageDecision(Reason);

    /// <summary>Something stands in the way: a mistake in an annotation, or a fact that could not be had. Nothing is written for the image.</summary>
    public sealed record Failed(string Reason) : ImageDecision(Reason);
}
