namespace GitOpsBumper.Core.Versions;

/// <summary>The first part of a bound that is a wildcard or left out: <c>1.2</c> and <c>1.2.x</c> are open from the patch number on.</summary>
internal enum OpenFrom
{
    Nowhere,
    Patch,
    Minor,
    Major,
}

internal enum ComparatorKind
{
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// <summary>One comparison of a constraint, such as <c>&gt;=1.2</c>. What is open counts as zero in <paramref name="Bound"/>.</summary>
internal readonly record struct VersionComparator(ComparatorKind Kind, SemVerKey Bound, OpenFrom Open)
{
    /// <summary>Whether the numbers and the pre-release fit; whether pre-releases are wanted at all is decided for the whole group.</summary>
    public bool IsSatisfiedBy(in SemVerKey version)
    {
        var order = SemVerKey.Compare(version, Bound);
        return Kind switch
        {
            ComparatorKind.Equal => Open == OpenFrom.Nowhere ? order == 0 : IsWithinTilde(version, order),
            ComparatorKind.NotEqual => IsDifferent(version, order),
            ComparatorKind.Greater => IsGreater(version, order),
            ComparatorKind.Less => order < 0,
            ComparatorKind.GreaterOrEqual => order >= 0,
            ComparatorKind.LessOrEqual => IsLessOrEqual(version, order),
            ComparatorKind.Tilde => IsWithinTilde(version, order),
            ComparatorKind.Caret => IsWithinCaret(version, order),
            _ => throw new InvalidOperationException($"no rule for {Kind}"),
        };
    }

    private bool IsDifferent(in SemVerKey version, int order) => Open switch
    {
        OpenFrom.Minor => version.Major != Bound.Major,
        OpenFrom.Patch => version.Major != Bound.Major || version.Minor != Bound.Minor || !version.Prerelease.SequenceEqual(Bound.Prerelease),
        _ => order != 0,
    };

    /// <summary><c>&gt;11</c> starts at 12, <c>&gt;11.1</c> at 11.2.</summary>
    private bool IsGreater(in SemVerKey version, int order) => Open switch
    {
        OpenFrom.Minor => version.Major > Bound.Major,
        OpenFrom.Patch => version.Major > Bound.Major || (version.Major == Bound.Major && version.Minor > Bound.Minor),
        _ => order > 0,
    };

    /// <summary><c>&lt;=11</c> ends with the last 11.x, <c>&lt;=11.1</c> with the last 11.1.x.</summary>
    private bool IsLessOrEqual(in SemVerKey version, int order) => Open switch
    {
        OpenFrom.Nowhere => order <= 0,
        OpenFrom.Minor => version.Major <= Bound.Major,
        _ => version.Major < Bound.Major || (version.Major == Bound.Major && version.Minor <= Bound.Minor),
    };

    /// <summary><c>~1</c> stays within 1, <c>~1.2</c> and <c>~1.2.3</c> within 1.2; <c>~0.0.0</c> and <c>~*</c> are no limit, as in Masterminds/semver.</summary>
    private bool IsWithinTilde(in SemVerKey version, int order)
    {
        if (order < 0)
            return false;
        if (IsZero && Open is OpenFrom.Nowhere or OpenFrom.Major)
            return true;
        return version.Major == Bound.Major && (Open == OpenFrom.Minor || version.Minor == Bound.Minor);
    }

    /// <summary>The leftmost number that is not zero stays: <c>^1.2.3</c> within 1, <c>^0.2.3</c> within 0.2, <c>^0.0.3</c> is 0.0.3.</summary>
    private bool IsWithinCaret(in SemVerKey version, int order)
    {
        if (order < 0 || version.Major != Bound.Major)
            return false;
        if (Bound.Major > 0 || Open == OpenFrom.Minor)
            return true;
        if (version.Minor != Bound.Minor)
            return false;
        return Bound.Minor > 0 || Open == OpenFrom.Patch || version.Patch == Bound.Patch;
    }

    private bool IsZero => Bound is { Major: 0, Minor: 0, Patch: 0 };
}
