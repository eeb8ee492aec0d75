using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Core.Planning;

/// <summary><c>variant: keep</c> made definite: the variant of the current value is the wanted one.</summary>
public static class KeptVariant
{
    /// <param name="policy">Of the image; comes back as it is where it keeps no variant.</param>
    /// <param name="state">Where nothing is written what runs counts; where nothing runs either, tags without variant are wanted.</param>
    /// <param name="resolved">The policy by which tags are selected.</param>
    /// <param name="problem">Why no variant can be told, a sentence for people.</param>
    public static bool TryResolve(ImagePolicy policy, ImageState state, [NotNullWhen(true)] out ImagePolicy? resolved, [NotNullWhen(false)] out string? problem)
    {
        resolved = policy;
        problem = null;
        if (!policy.KeepsVariant || state.CurrentText is null || policy.Strategy is not SemVerStrategy strategy)
            return true;
        var variants = state.Current.Select(version => version.Tag).OfType<Tag>().Select(SemVerStrategy.VariantOf).OfType<string>().Distinct().ToList();
        if (variants.Count == 1)
        {
            resolved = policy with { Strategy = strategy.WithVariant(variants[0]) };
            return true;
        }

        resolved = null;
        problem = variants.Count == 0
            ? $"'{Shortened.Text(state.CurrentText)}' has no version in front, so that variant: keep finds nothing to keep; name the variant, such as variant: alpine, or variant: none for tags without"
            : $"'{Shortened.Text(state.CurrentText)}' runs, so that variant: keep would have to choose between {string.Join(" and ", variants.Select(SemVerStrategy.NameOf))}; name the variant, such as variant: alpine, or variant: none for tags without";
        return false;
    }
}
