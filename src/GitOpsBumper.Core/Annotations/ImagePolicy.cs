using GitOpsBumper.Core.Annotations.Rollbacks;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Core.Annotations;

/// <summary>What the annotations of an Application say about one image of its list.</summary>
public sealed record ImagePolicy
{
    /// <summary>Null when the list gives none; then only application-wide keys reach the image.</summary>
    public string? Alias { get; init; }

    /// <summary>The name alone, without version, as the user spelled it.</summary>
    public required ImageReference Image { get; init; }

    public required ITagStrategy Strategy { get; init; }

    /// <summary>Whether the variant of the current value is the wanted one; <see cref="Strategy"/> wants tags without variant until it is known.</summary>
    public bool KeepsVariant { get; init; }

    /// <summary>The constraint, or for strategy digest the tag that is followed; empty when there is none.</summary>
    public string ConstraintText { get; init; } = "";

    public TagFilter Filter { get; init; } = TagFilter.Everything;

    /// <summary>Empty: every platform will do.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>Null: what is configured for the registry.</summary>
    public CredentialReference? PullSecret { get; init; }

    /// <summary>Whether the image is updated though the application does not run it.</summary>
    public bool ForceUpdate { get; init; }

    public required HelmParameterNames HelmParameters { get; init; }

    /// <summary>Where a plugin renders: its variables instead.</summary>
    public HelmParameterNames PluginVariables { get; init; } = new("IMAGE_NAME", "IMAGE_TAG", null);

    /// <summary>The name that the kustomization knows the image by; null: the image's own.</summary>
    public string? KustomizeImageName { get; init; }

    /// <summary>The service of a compose file that runs the image; null: all that name its repository.</summary>
    public string? ComposeService { get; init; }

    /// <summary>The tag that a person holds the image at; null: none.</summary>
    public Tag? Pin { get; init; }

    /// <summary>The Helm parameter by which people hold a tag in git; null when there is none, as with one parameter for name and tag together.</summary>
    public string? OverrideTagParameter { get; init; }

    /// <summary><see cref="DigestFormat.None"/> whenever neither the strategy nor <see cref="PinDigest"/> asks for a digest.</summary>
    public DigestFormat DigestFormat { get; init; } = DigestFormat.None;

    /// <summary>Whether the digest of the chosen tag is written too, whatever the strategy.</summary>
    public bool PinDigest { get; init; }

    /// <summary>Whether what is written has a digest in it.</summary>
    public bool WritesDigest => DigestFormat != DigestFormat.None && (PinDigest || Strategy.Kind == UpdateStrategy.Digest);

    /// <summary>Whether semver may go below the current version.</summary>
    public bool AllowDowngrade { get; init; }

    /// <summary>How long a version has to have been there before it is written; null: it need not. Above zero.</summary>
    public TimeSpan? MinAge { get; init; }

    /// <summary>The keys that have to have signed what is written; null: nobody has to.</summary>
    public KeyReference? Verify { get; init; }

    /// <summary>What becomes of versions that people take back.</summary>
    public RollbackPolicy Rollbacks { get; init; } = new();

    /// <summary>Who has to approve what is written; null: nobody.</summary>
    public ApprovalPolicy? Approval { get; init; }

    /// <summary>What was approved and rejected.</summary>
    public ApprovalState Approvals { get; init; } = ApprovalState.Nothing;

    /// <summary>When there are any, the image is stopped and its other members say what could be understood.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>The alias, or the image's name where it has none.</summary>
    public string DisplayAlias => Alias ?? Image.Name;
}
