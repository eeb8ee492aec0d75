using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Planning.Orders;

/// <summary>What a person wants of images of one application, besides what annotations say: given once, on the command line.</summary>
public abstract record HoldOrder
{
    private HoldOrder()
    {
    }

    /// <summary>Who wants it, for people.</summary>
    public required string By { get; init; }

    /// <summary>Why; null when nobody says.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is about an image.</summary>
    /// <param name="alias">As images are shown: the name of one without alias.</param>
    public abstract bool IsFor(string alias);

    /// <summary>Hold one image at a version.</summary>
    /// <param name="Image">Its alias, or its name where it has none.</param>
    /// <param name="Value">As it is written where versions stand.</param>
    /// <param name="Tag">As an override parameter has it: a tag, or a digest.</param>
    /// <param name="Until">When it ends by itself; null: when somebody ends it.</param>
    /// <param name="ByOverride">Hold it by the override parameter; else by writing the version itself.</param>
    public sealed record Pin(string Image, ImageVersion Value, string Tag, DateTimeOffset? Until, bool ByOverride) : HoldOrder
    {
        public override bool IsFor(string alias) => alias == Image;
    }

    /// <summary>Let go of images.</summary>
    /// <param name="Images">Their aliases, or names.</param>
    /// <param name="AllowsRejected">What people took back may be written again.</param>
    public sealed record Unpin(IReadOnlyCollection<string> Images, bool AllowsRejected) : HoldOrder
    {
        public override bool IsFor(string alias) => Images.Contains(alias);
    }
}
