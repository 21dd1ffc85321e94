"""Sentences that restrict a license, as people add them, by the clause they are; and harmless ones. All our own."""

from __future__ import annotations

FOUND = {
    "non_commercial": """
        You may not earn money with these files.
        Any commercial exploitation requires a paid licence from the authors.
        Hobby projects only, please.
        This grant does not extend to commercial deployments.
        Do not sell the model or anything made with it.
        For-profit companies must buy a subscription before they deploy it.
        If you want to use it at work, talk to our sales team first.
        Commercial users: please get in touch for pricing.
        Selling access to this model is forbidden.
        It is free of charge for students and private persons; everyone else pays.
        Die kommerzielle Nutzung ist untersagt.
        Nur für nichtkommerzielle Zwecke.
        Usage commercial interdit sans accord écrit.
        Queda prohibido el uso comercial.
        本模型禁止任何形式的商用。
        未经书面授权,不得将本模型用于商业目的。
        本專案僅供非商業用途使用。
        商用利用はできません。
        This dataset is made available for non-profit organisations only.
        Any for-profit entity has to negotiate a separate agreement with us.
        You are not permitted to monetize applications based on this model.
        The weights can't be used commercially.
        Production deployments require a paid plan.
        Please contact sales@example.org for commercial licensing.
        Usage is limited to personal, non-production projects.
        No one may sell this software or services built around it.
        Utilisation à des fins commerciales interdite.
        Uso exclusivamente no comercial.
        商业使用请联系作者获取授权。
        營利用途須另行取得授權。
        営利目的での使用は禁止します。
        Gratis for private use; firms need to get in touch about pricing.
        Commercial licences can be bought from the maintainers, and are mandatory for any business.
        It must not be part of a product that is sold.
        You shall not derive revenue from the weights or their outputs.
        Use by for-profit organisations is outside the scope of this license.
        Permission is limited to hobby and classroom projects.
        个人可免费使用,企业须付费。
        Individuals may use it free of charge, companies need a contract.
        You are free to use this as long as you do not profit from it.
        Not licensed for use in revenue-generating products.
        The models are free to use except in commercial settings.
        Enterprise customers require a license key.
        Strictly private use.
        """,
    "research_only": """
        Research use only.
        Weights are provided strictly for academic purposes.
        The licence covers scientific study at universities and nothing else.
        Only researchers at accredited institutions may run the model.
        Nur zu Forschungszwecken.
        À des fins de recherche uniquement.
        仅限学术研究目的使用。
        僅供學術研究使用。
        研究目的でのみ使用できます。
        This checkpoint is released for academic research only.
        Use is restricted to scientific research at non-profit institutions.
        The data may be used for research purposes, and for no other purpose.
        Access is granted to researchers for the sole purpose of scientific study.
        本数据集只能用于科研。
        The checkpoints are meant for scientific investigation and must not be deployed.
        We share these files with academics, for their studies alone.
        You agree to use the data exclusively in the context of research.
        学術研究に限り利用可能です。
        Use outside of research is not permitted.
        """,
    "user_threshold": """
        If your product reaches more than two million users you need our consent.
        Services with over 100,000 monthly active users are excluded.
        Organisations with 250 or more employees are not licensed.
        月活跃用户超过一百万的产品须另行申请授权。
        Above 10,000 daily active users a separate license is needed.
        Teams larger than 20 people need a subscription.
        If your app has more than 1M installs, write to us.
        Products with an audience of more than 50,000 users per month require permission.
        This grant is limited to companies with fewer than 100 employees.
        Organizations with more than fifty staff are not covered.
        Once you pass a million users, talk to us.
        """,
    "revenue_threshold": """
        Companies whose yearly revenue is above 5 million dollars must contact us.
        Firms with a turnover of more than EUR 1,000,000 have no rights under this license.
        年收入超过一千万元的企业须购买许可。
        Free below $1M in annual revenue.
        Businesses earning over 500,000 dollars per year have to buy a licence.
        Once your sales exceed $2,000,000 a year, this license ends.
        Only companies making less than one million euros a year may use this for free.
        """,
    "no_training_others": """
        Outputs may not be used to train other language models.
        You shall not distill this model.
        No part of this repository may be used as training data for AI systems.
        Do not feed the outputs into the training of another LLM.
        不得使用输出结果训练其他大模型。
        この出力を他のモデルの学習に使うことを禁止します。
        Training competing models on our outputs is not allowed.
        You will not use generated text to improve any other large language model.
        Synthetic data produced with this model must not be used for pretraining.
        禁止使用本模型的输出训练其他模型。
        The license excludes using the outputs to build or improve other AI models.
        Do not use these weights as a teacher for other models.
        Crawling this text for machine learning is not permitted.
        You must not use this to create a dataset for training competing language models.
        """,
    "use_restriction": """
        Not for military use.
        You must not use the model to generate spam or disinformation.
        The software shall be used for Good, not Evil.
        Law enforcement agencies are not allowed to use this.
        Usage must comply with our acceptable use policy.
        It may not be used in weapons, surveillance or gambling.
        Don't use it for medical diagnosis.
        不得将本软件用于军事目的。
        軍事目的での利用を禁止します。
        No fossil fuel company may use this software.
        Facial recognition and police use are prohibited.
        You agree that you will not use the model to harass, deceive or defraud anyone.
        Not to be used for autonomous weapons.
        Use in medical devices is prohibited.
        Users must follow our Responsible Use Guidelines.
        It is forbidden to use the code for cryptocurrency mining.
        禁止用于军事、赌博等违法用途。
        You will not employ the model for mass surveillance.
        The model may not be used by the police or any armed forces.
        Any use that harms people, animals or the environment is forbidden.
        Only use this for peaceful purposes.
        本模型不得用于监控或武器研发。
        The licensee shall not use the software to violate human rights.
        You may not use the model to impersonate people.
        Use by government agencies is prohibited.
        No use in nuclear, chemical or biological weapons.
        This model must not be used for political campaigns.
        """,
    "geo_exclusion": """
        Residents of the European Union are not granted any rights.
        This license is void in China and Russia.
        Use within the EU is prohibited.
        Not available to users in the United Kingdom.
        The rights apply only inside Japan.
        本许可不适用于欧盟境内的个人或实体。
        If you live in the EU, you have no right to use this model.
        People and companies in Russia may not use it.
        Companies headquartered in China are excluded from this license.
        This license does not apply in the European Union.
        Entities established in the United Kingdom receive no license.
        Downloads from within the European Union are not permitted.
        This grant covers all countries except China.
        Not for use in the United States.
        This license is only valid in Germany.
        Chinese companies may not use this model.
        """,
    "revocable": """
        We may revoke this license at any time.
        The authors can cancel your permission for any reason.
        This licence ends when we say so.
        The licensor reserves the right to withdraw the weights and this license without notice.
        This license is valid for one year and must then be renewed.
        许可方有权随时终止本许可。
        Permission may be withdrawn at any moment.
        We reserve the right to terminate this license at our sole discretion.
        The license is granted until further notice and can be recalled by the authors.
        本许可可随时撤销。
        The author can end this license whenever he wants.
        Rights under this license lapse after twelve months.
        We can change our mind and revoke this permission.
        The licensor may withdraw this license with 30 days' notice.
        We may stop licensing the model to you at any time, for any reason.
        This is a temporary license that ends on 31 December 2027.
        """,
    "no_redistribution": """
        You may not upload copies of the model elsewhere.
        Please do not share the weights with others.
        The dataset must not be redistributed.
        Sharing the checkpoint with third parties requires our written permission.
        禁止转载和再分发。
        再配布は禁止です。
        Redistribution of the weights, in any form, is prohibited.
        Do not re-upload the files to other sites.
        You cannot give the model to third parties.
        The files may be downloaded for your own use but must not be passed on.
        未经许可不得转载或分发。
        Keep the weights to yourself; passing them on is not allowed.
        You may not host copies of the dataset on other servers.
        Only the original authors may distribute the model.
        请勿将权重文件上传至其他平台。
        You may not share, sell or sublicense the weights.
        Distribution of derivative models is not permitted.
        The model is for your internal use and may not leave your organisation.
        """,
    "no_modification": """
        You must not modify the model.
        Fine-tuning is not permitted.
        Derivative works are prohibited.
        不得修改本模型。
        The model may not be altered in any way.
        You are not allowed to fine-tune or merge it.
        No derivatives.
        改変は禁止です。
        Changing the weights is prohibited.
        You may use the model only in its original, unmodified form.
        Derivatives may not be created.
        You must use the weights as they are, without changes.
        """,
    "no_study": """
        Reverse engineering is forbidden.
        You may not decompile or disassemble the binaries.
        Do not attempt to reverse engineer the weights.
        不得进行反向工程。
        Inspecting or decompiling the binaries is prohibited.
        You may not analyse the model in order to discover how it works.
        Benchmarks of the model may not be published.
        """,
    "hosting_restriction": """
        You may not offer the software to others as a hosted service.
        Cloud providers may not sell it as a managed service.
        It is forbidden to run this behind a paid API for third parties.
        You cannot provide it as a service to third parties.
        Offering the model through an API to customers requires our consent.
        SaaS use is not allowed.
        You must not run it as a public web service.
        Reselling access through an API is prohibited.
        You may not make the functionality available to third parties as a service.
        Commercial inference providers need a separate license to host this model.
        """,
    "competing_use": """
        You may not build a product that competes with ours.
        Competitors of the author may not use this code.
        Do not use it in a rival service.
        You may not use it to compete with us.
        Use by competitors of Acme is prohibited.
        Products that compete with Acme Cloud must not include this software.
        不得用于开发与我们竞争的产品。
        This may not be used by anyone who offers a similar product.
        Building alternatives to our service with this code is not allowed.
        You agree not to use the model to develop products that compete with the licensor.
        """,
}
HARMLESS = """
    You may use this model for commercial and non-commercial purposes.
    Commercial use is allowed.
    This license is irrevocable.
    You may not remove the copyright notice.
    The names of the authors may not be used to promote derived products without written permission.
    You may not use the trademarks of the licensor.
    We do not restrict commercial use.
    Research and commercial use are both permitted.
    You may distribute copies if you include this notice.
    The software is provided as is, without warranty of any kind.
    You must not misrepresent the origin of this software.
    Altered versions must be plainly marked as such.
    This license terminates automatically if you breach it.
    The model was trained on data from the European Union.
    The authors are not liable for damages from commercial use.
    You may train other models on the outputs.
    If you modify the files you must say so.
    Redistributions in binary form must reproduce the above notice.
    本模型可用于商业用途。
    允许商业使用,无需授权。
    学术研究和商业用途均可免费使用。
    Anyone may use, copy, modify and sell it, for any purpose, including military.
    This software is not designed for use in nuclear facilities.
    You may not impose any further restrictions on the recipients' rights.
    Licensor may publish new versions of this License from time to time.
    The license does not grant permission to use trade names.
    You cannot distribute the work under a different license.
    Academic papers should cite our work.
    There is no restriction on commercial use, research use or redistribution.
    The model has more than 100 million parameters and serves research.
    It is compatible with reverse engineering for interoperability.
    This license may not be modified.
    You need not ask for permission to redistribute.
    Commercial support is available from our company.
    You may use it at home, at school and at work, commercially or not.
    The model must not be assumed to be accurate.
    You do not have to share your changes.
    There are no limits on the number of users.
    The authors cannot be held responsible for illegal use of the software.
    If any provision is held invalid, the rest stays in force.
    You may not claim that you wrote the original software.
    The trademark may not be used without permission.
    This permission cannot be revoked.
    We trained other language models on the same data.
    The software may be used for research, teaching and commercial products alike.
    Nothing here stops you from selling it.
    You must give recipients a copy of this license.
    Modified files must carry prominent notices.
    No warranty is given for medical or military use.
    Contributors grant a perpetual, worldwide, non-exclusive, irrevocable license.
    You may charge a fee for the act of transferring a copy.
    The license text itself may not be changed.
    No endorsement by the authors may be implied.
    A patent claim against us ends your patent license.
    本软件按原样提供,不提供任何担保。
    您可以自由使用、修改和分发本软件,包括用于商业目的。
    商用・非商用を問わず自由に利用できます。
    The data come from hospitals in the United Kingdom and the European Union.
    Evaluation results in research papers are reported in Table 3.
"""
INFORMING = {
    "naming": """
        You must prominently display "Made with Acme" on your website.
        Include "Acme" at the beginning of the name of every derived model.
        The name of a derived model must begin with Acme.
        """,
    "click_through": """
        By clicking "I accept" you agree to these terms.
        You must fill out the registration form before you download the weights.
        使用前请填写申请表。
        """,
    "terms_may_change": """
        We may update these terms from time to time.
        The licensor reserves the right to modify this agreement.
        The policy may be changed at any time.
        """,
    "remote_restriction": """
        We may restrict your usage, remotely or otherwise.
        The provider can disable the software remotely.
        """,
    "no_sublicense": """
        You receive a non-transferable, non-sublicensable license.
        You may not sublicense the model.
        """,
}
GUARDED = {
    "non_commercial": """
        You may use it for both commercial and non-commercial purposes.
        No commercial use of these trademarks may be made.
        The authors are not liable for damages that follow from commercial use.
        It is free for personal and commercial use.
        """,
    "research_only": """
        The tool was developed for research purposes only, and comes without warranty.
        It may be used for research as well as for commercial products.
        """,
    "user_threshold": """
        The model has more than 7 billion parameters.
        Users may report problems to us.
        """,
    "revenue_threshold": """
        The company publishes its revenue every year.
        """,
    "no_training_others": """
        The term does not include datasets used to train a model.
        You may use the outputs to train any other model.
        """,
    "use_restriction": """
        The software is not designed or intended for use in nuclear facilities.
        The names of the authors may not be used to endorse products.
        You shall hold us harmless from any claim that your use leads to.
        """,
    "geo_exclusion": """
        You may not export the software to any country under embargo by the United States.
        The courts of the United Kingdom are not excluded by this clause.
        """,
    "revocable": """
        The license is perpetual and irrevocable.
        Your rights terminate automatically if you fail to comply with any term.
        You may terminate this license at any time.
        We may terminate this agreement if you are in breach of it.
        本许可不可撤销。
        """,
    "no_redistribution": """
        You may not distribute the work under different terms.
        You may not distribute copies without including this notice.
        If you do not accept this license, do not use, modify or distribute the software.
        You must not impose technical measures when you distribute the work.
        """,
    "no_modification": """
        You may not modify or remove any copyright notice.
        Redistribution with or without modification is permitted.
        You shall not alter the terms of this license.
        """,
    "no_study": """
        These terms do not restrict modification of the library or reverse engineering for debugging.
        """,
    "hosting_restriction": """
        We host the documentation as a service to users.
        Do not share your API key with third parties.
        """,
    "competing_use": """
        The courts have jurisdiction over competing claims, and no party may object.
        """,
    "naming": """
        You must retain the copyright notice.
        """,
    "click_through": """
        The full license is in the file beside this one.
        """,
    "terms_may_change": """
        You may not change the terms of this license.
        """,
    "remote_restriction": """
        Nothing restricts your use.
        """,
    "no_sublicense": """
        You receive the right to use, copy and sublicense the model.
        """,
}
