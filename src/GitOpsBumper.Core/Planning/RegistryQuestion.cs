using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning.Cooling;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Core.Planning;

/// <summary>
/// One thing the planner has to know of an image's repository before it can decide. The planner asks; the shell answers, each question
/// once per repository and cycle, however many images ask it.
/// </summary>
public abstract record RegistryQuestion
{
    private RegistryQuestion()
    {
    }

    /// <summary>Every tag of the repository.</summary>
    public sealed record TagList : RegistryQuestion
    {
        public static TagList Instance { get; } = new();
    }

    /// <summary>The digest that a tag points to now: one <c>HEAD</c>.</summary>
    public sealed record DigestOf(Tag Tag) : RegistryQuestion;

    /// <summary>For which platforms, and when, the image behind a tag was built.</summary>
    public sealed record BuildOf(Tag Tag) : RegistryQuestion;

    /// <summary>Since when what a tag points to has been there.</summary>
    public sealed record AgeOf(Tag Tag) : RegistryQuestion;

    /// <summary>Whether the manifest is signed with the keys that the image wants. Asked only about what is to be written.</summary>
    public sealed record SignatureOf(Digest Digest) : RegistryQuestion;
}

/// <summary>What came of a <see cref="RegistryQuestion"/>.</summary>
public abstract record RegistryAnswer
{
    private RegistryAnswer()
    {
    }

    public sealed record Tags(IReadOnlyList<Tag> All) : RegistryAnswer;

    public sealed record DigestIs(Digest Digest) : RegistryAnswer;

    public sealed record Build(ImageBuild Facts) : RegistryAnswer;

    public sealed record Age(ImageAge Known) : RegistryAnswer;

    public sealed record Signature(SignatureVerdict Verdict) : RegistryAnswer;

    /// <summary>The registry answered, and says that there is no such tag.</summary>
    public sealed record Missing(string Reason) : RegistryAnswer;

    /// <summary>The question could not be answered in this cycle: nothing may be decided that depends on it.</summary>
    public sealed record Failed(string Reason) : RegistryAnswer;
}
