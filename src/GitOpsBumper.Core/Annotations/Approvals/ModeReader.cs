using GitOpsBumper.Core.Annotations.Reading;

namespace GitOpsBumper.Core.Annotations.Approvals;

/// <summary>Reads whether anything is written for an application, and what of its requests people have to decide themselves.</summary>
internal sealed class ModeReader(AnnotationMap map)
{
    public List<Problem> Problems { get; } = [];

    /// <summary>Whether there is to be told what would be written, and no more.</summary>
    public bool Read()
    {
        if (map.Find(AnnotationKeys.Mode) is not { Text.Length: > 0 } value)
            return false;
        if (value.Text is not ("write" or "notify"))
            Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' is no mode; allowed are write and notify; until that is mended, nothing is written"));
        return value.Text != "write";
    }

    /// <summary>Merging is the approval: the forge would give it by itself.</summary>
    public WriteBackPolicy? WithoutAutoMerge(WriteBackPolicy? policy, IReadOnlyList<ImagePolicy> images)
    {
        if (policy is not { Proposal: { Options.AutoMerge: not null } proposal } || images.All(image => image.Approval is null))
            return policy;
        if (map.Find(AnnotationKeys.RequestAutoMerge) is { Text.Length: > 0 } value)
            Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' has no effect beside {AnnotationKeys.Approval}: required: merging is the approval, and a person's; allowed is one of the two"));
        return policy with { Proposal = proposal with { Options = proposal.Options with { AutoMerge = null } } };
    }
}
