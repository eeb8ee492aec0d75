using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Versions;

/// <summary>
/// Which versions are wanted, in the language of <c>NewConstraint</c> of Masterminds/semver v3 (3.4 and later): <c>&gt;=1.2, &lt;2 || ~3.1</c>.
/// </summary>
/// <remarks>
/// Pre-releases satisfy a group (what stands between two <c>||</c>) only when one of its own versions carries a pre-release: <c>&gt;=1.2-0</c> admits them, <c>&gt;=1.2</c> does not.
/// </remarks>
/// <seealso href="https://pkg.go.dev/github.com/Masterminds/semver/v3#hdr-Basic_Comparisons"/>
public sealed class SemVerConstraint
{
    /// <summary>As Masterminds/semver 3.5 limits it.</summary>
    public const int MaxLength = 512;

    private const int MaxGroups = 32;

    private readonly Group[] _groups;

    private SemVerConstraint(string text, Group[] groups)
    {
        Text = text;
        _groups = groups;
    }

    /// <summary>Every release: <c>*</c>. No pre-releases.</summary>
    public static SemVerConstraint Any { get; } = TryParse("*", out var any, out var problem) ? any : throw new InvalidOperationException(problem);

    /// <summary>As it was given; <c>*</c> when nothing was.</summary>
    public string Text { get; }

    /// <summary>Whether some alternative of the constraint asks for pre-releases.</summary>
    public bool AllowsPrereleases => Array.Exists(_groups, group => group.HasPrerelease);

    /// <summary>An empty text is <c>*</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SemVerConstraint? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        if (text.Length > MaxLength)
        {
            problem = $"constraint '{text[..40]}...' has {text.Length} characters, a constraint has at most {MaxLength}";
            return false;
        }

        var constraint = string.IsNullOrWhiteSpace(text) ? "*" : text;
        var parts = constraint.Split("||");
        if (parts.Length > MaxGroups)
        {
            problem = $"constraint '{Shortened.Text(text)}' has {parts.Length} alternatives, at most {MaxGroups} are allowed";
            return false;
        }

        var groups = new Group[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var reader = new ConstraintReader(parts[i]);
            var reason = string.IsNullOrWhiteSpace(parts[i]) ? "one side of '||' is empty" : reader.Read();
            if (reason is not null)
            {
                problem = $"constraint '{Shortened.Text(text)}' cannot be read: {reason}; a constraint is like '1.2.x', '~1.2', '^1', '>=1.2, <2', '1.2 - 1.4' or '~1 || ~2'";
                return false;
            }

            groups[i] = new Group([.. reader.Comparators], reader.Comparators.Any(comparator => comparator.Bound.IsPrerelease));
        }

        problem = null;
        value = new SemVerConstraint(constraint, groups);
        return true;
    }

    public bool IsSatisfiedBy(SemVer version) => IsSatisfiedBy(version.Key);

    public override string ToString() => Text;

    internal bool IsSatisfiedBy(in SemVerKey version)
    {
        foreach (var group in _groups)
        {
            if (group.IsSatisfiedBy(version))
                return true;
        }

        return false;
    }

    private sealed record Group(VersionComparator[] Comparators, bool HasPrerelease)
    {
        public bool IsSatisfiedBy(in SemVerKey version)
        {
            if (version.IsPrerelease && !HasPrerelease)
                return false;
            foreach (var comparator in Comparators)
            {
                if (!comparator.IsSatisfiedBy(version))
                    return false;
            }

            return true;
        }
    }
}
