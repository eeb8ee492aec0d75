using GitOpsBumper.Adapters.Credentials;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Git;
using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller.Targets;

/// <summary>Finds out for each application which repository, branch and file it writes to, and with which credentials; and brings those together that share a repository.</summary>
internal sealed class RepositoryFinder(
    RepositorySecrets secrets, RepositoryCertificates certificates, KnownHosts? knownHosts, CredentialResolver credentials, ProjectRules projects, BumperSettings settings)
{
    private readonly ForgeFinder _forges = new(settings.PullRequests, credentials);

    /// <summary>Null when the Application may be as it is, else a sentence.</summary>
    public string? Refusal(ApplicationSnapshot application) => projects.Refusal(application);

    /// <summary>An application whose target is wrong comes back failed, with the reason.</summary>
    public async Task<ApplicationWork> FindAsync(ApplicationSnapshot application, ApplicationPolicy policy, CancellationToken cancellationToken)
    {
        if (projects.Refusal(application) is { } refusal)
            return Failed(application, policy, null, refusal);
        if (policy.WriteBack is { Method: WriteBackMethod.ArgoCd })
            return new ApplicationWork(application, policy);
        if (policy.WriteBack is not { } writeBack)
            return Failed(application, policy, null, string.Join("; ", policy.Problems.Select(problem => $"{problem.Key}: {problem.Message}")));
        if (!RepositoryUrl.TryParse(writeBack.RepositoryUrl, out var url, out var problem))
            return Failed(application, policy, null, problem);
        if (!IsAllowed(application, url, out problem) || !TryBranch(writeBack, out var branch, out problem) || !TryWriteBranch(writeBack, out var writeBranch, out problem)
            || !TargetPlace.TryFind(application.Name, writeBack, application.Name.Namespace == settings.ArgoCdNamespace, out var place, out problem))
            return Failed(application, policy, url, problem);
        GitCredential? credential;
        try
        {
            var found = writeBack.Credentials is GitCredentialSource.NamedSecret { Name: var name }
                ? RepositorySecrets.TryReadNamed(await credentials.SecretAsync(name, cancellationToken), url, application.Project, out credential, out problem)
                : secrets.TryFind(url, application.Project, out credential, out problem);
            if (!found || IsUnknown(url, credential, out problem))
                return Failed(application, policy, url, problem);
        }
        catch (CredentialException failure)
        {
            return Failed(application, policy, url, $"write-back-method: {failure.Message}");
        }

        ForgeTarget? forge;
        try
        {
            forge = writeBack.Proposal is { } proposal ? await _forges.FindAsync(url, credential, proposal, cancellationToken) : null;
        }
        catch (Exception failure) when (failure is ForgeUnknownException or CredentialException)
        {
            return Failed(application, policy, url, failure is CredentialException ? $"--forge-token: {failure.Message}" : failure.Message);
        }

        return new ApplicationWork(application, policy)
        {
            Remote = new GitRemote(url, credential) { Authorities = certificates.Find(url), KnownHosts = url.IsSsh ? knownHosts : null },
            Repository = url.Text,
            WantedBranch = branch,
            Place = place,
            WriteBranch = writeBranch,
            Forge = forge,
            Branch = branch?.Text,
        };
    }

    /// <summary>An application that a cycle is not about, if it writes one of the images to the same repository; else null.</summary>
    public async Task<ApplicationWork?> NeighbourAsync(
        ApplicationSnapshot application, AnnotationDefaults defaults, GitRemote remote, IReadOnlySet<RepositoryName> images, CancellationToken cancellationToken)
    {
        try
        {
            return AnnotationReader.Read(application, defaults) is { WriteBack.Method: WriteBackMethod.Git } policy && policy.Images.Any(image => images.Contains(image.Image.Repository))
                && await FindAsync(application, policy, cancellationToken) is { Failure: null } work && work.Remote?.Url == remote.Url
                    ? work
                    : null;
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or OperationCanceledException))
        {
            // A bug that it brings to light is told in its own cycle, and does not stop this one.
            return null;
        }
    }

    /// <summary>An application that a cycle is not about, if it shares a request with one that it is about; else null.</summary>
    /// <returns>Failed where it can not be worked on. Where it writes to may be another repository.</returns>
    public async Task<ApplicationWork?> MemberAsync(ApplicationSnapshot application, AnnotationDefaults defaults, IReadOnlySet<string> groups, CancellationToken cancellationToken)
    {
        // All that are known need not be read for it.
        if (!application.Annotations.TryGetValue(AnnotationKeys.Prefix + AnnotationKeys.Group, out var group) || !groups.Contains(group.Trim())
            || AnnotationReader.Read(application, defaults) is not { WriteBack.Proposal: not null } policy)
            return null;
        try
        {
            return await FindAsync(application, policy, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or OperationCanceledException))
        {
            // It is told in its own cycle.
            return Failed(application, policy, null, failure.Message);
        }
    }

    /// <summary>Repositories in the order of their first application.</summary>
    public static IReadOnlyList<RepositoryWork> Group(IEnumerable<ApplicationWork> work) =>
        [.. work.Where(application => application.Remote is not null).GroupBy(application => application.Remote!).Select(group => new RepositoryWork(group.Key, [.. group]))];

    private static ApplicationWork Failed(ApplicationSnapshot application, ApplicationPolicy policy, RepositoryUrl? url, string? reason)
    {
        var work = new ApplicationWork(application, policy) { Repository = url?.Text };
        work.Fail(reason ?? "its repository is not known");
        return work;
    }

    /// <summary>What an Application says is no reason to write where its project, or whoever runs the bot, does not want it.</summary>
    private bool IsAllowed(ApplicationSnapshot application, RepositoryUrl url, out string? problem)
    {
        problem = url.IsLocal && !settings.Git.AllowLocalRepositories
            ? $"repository '{url}' is a folder of this machine, which only {GitSettingDefinitions.AllowLocalRepositories.Flag} allows; allowed are https://, http:// and ssh://"
            : settings.Trust.Refusal(url) ?? projects.Refusal(application, url);
        return problem is null;
    }

    /// <summary>Without a single known host ssh need not be started to find out that this one is unknown.</summary>
    private bool IsUnknown(RepositoryUrl url, GitCredential? credential, out string? problem)
    {
        problem = url.IsSsh && knownHosts is null && credential is { SkipsTlsVerification: false }
            ? $"the host key of {url.Host} is not known: there is no host key under {KnownHosts.Key} in config map {settings.ArgoCdNamespace}/{KnownHosts.ConfigMapName}, nor in a file that {GitSettingDefinitions.SshKnownHostsPath.Flag} names"
            : null;
        return problem is not null;
    }

    private static bool TryBranch(WriteBackPolicy writeBack, out BranchName? branch, out string? problem)
    {
        branch = null;
        problem = null;
        var name = writeBack.TargetRevision;
        return string.IsNullOrEmpty(name) || name == "HEAD" || BranchName.TryParse(name, out branch, out problem);
    }

    private static bool TryWriteBranch(WriteBackPolicy writeBack, out BranchTemplate? template, out string? problem)
    {
        (template, problem) = (null, null);
        return writeBack.WriteBranchTemplate is null || BranchTemplate.TryParse(writeBack.WriteBranchTemplate, out template, out problem);
    }
}
