using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.Selection;

/// <summary>The steps of a selection in their order; a tag falls at the first one that it does not pass.</summary>
public enum SelectionStep
{
    /// <summary>A signature, attestation or the like, which tools keep as a tag beside the image.</summary>
    ToolArtefact,
    AllowTags,
    IgnoreTags,

    /// <summary>What the strategy orders by cannot be read from the tag.</summary>
    Parse,

    /// <summary>A version, but of another variant than the wanted one.</summary>
    Variant,
    Constraint,
    Platform,

    /// <summary>The bot wrote it once and a person took it back.</summary>
    Rejected,

    /// <summary>Younger than it has to be.</summary>
    Pending,

    /// <summary>Would be written, but lacks what is asked for besides, such as a signature.</summary>
    Held,

    /// <summary>Passed everything, but another tag is better.</summary>
    Outranked,
    Chosen,
}

/// <summary>What became of one tag.</summary>
/// <param name="Tag">One of the listed tags.</param>
/// <param name="Step">Where it fell, or that it was chosen.</param>
/// <param name="Reason">Why, to be read after the tag: <c>is not a version</c>.</param>
public sealed record TagVerdict(Tag Tag, SelectionStep Step, string Reason);
