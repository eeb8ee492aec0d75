using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Core.Annotations.Approvals;

/// <summary>Where the state of approvals stands in an Application.</summary>
public static class ApprovalAnnotations
{
    /// <summary>What the names of the annotations of an image begin with: <c>gitopsbumper.io/web.</c></summary>
    /// <param name="alias">As the image list or as annotations spell it.</param>
    public static string PrefixOf(string alias) => $"{AnnotationKeys.Prefix}{AnnotationKeys.AliasInKeys(alias)}.";

    /// <param name="application">As it is now.</param>
    /// <param name="alias">As the image list or as annotations spell it.</param>
    public static ApprovalState StateOf(ApplicationSnapshot application, string alias)
    {
        var prefix = PrefixOf(alias);
        return ApprovalState.Read(prefix, key => application.Annotations.GetValueOrDefault(prefix + key));
    }
}
